-- Takes from several limits, or from none of them.
-- KEYS: the counters: hashes with the sums (a) and numbers (c) of slots, and leases (l).
-- ARGV: token, milliseconds until the lease runs out, then for each counter: milliseconds of a slot, slots of the window,
-- largest sum or -1, largest number or -1, amount.
local function whole(number)
    return string.format('%.0f', number)
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function limit(i)
    local base = 2 + (i - 1) * 5
    return tonumber(ARGV[base + 1]), tonumber(ARGV[base + 2]), tonumber(ARGV[base + 3]), tonumber(ARGV[base + 4]),
        tonumber(ARGV[base + 5])
end

local function subtract(sums, counts, key, slot, amount)
    if sums[slot] then
        sums[slot] = sums[slot] - amount
        counts[slot] = counts[slot] - 1
        redis.call('HINCRBY', key, 'a' .. whole(slot), whole(0 - amount))
        redis.call('HINCRBY', key, 'c' .. whole(slot), -1)
    end
end

-- Returns what counts, after leases that ran out were given back and slots that are over were forgotten.
local function read(key, oldest)
    local sums, counts, leases = {}, {}, {}
    local fields = redis.call('HGETALL', key)
    for j = 1, #fields, 2 do
        local kind, name, value = fields[j]:sub(1, 1), fields[j]:sub(2), fields[j + 1]
        if kind == 'a' then
            sums[tonumber(name)] = tonumber(value)
        elseif kind == 'c' then
            counts[tonumber(name)] = tonumber(value)
        else
            leases[name] = value
        end
    end
    for token, lease in pairs(leases) do
        local lapses, slot, amount = lease:match('(%d+):(%d+):(%d+)')
        if tonumber(lapses) < now then
            redis.call('HDEL', key, 'l' .. token)
            subtract(sums, counts, key, tonumber(slot), tonumber(amount))
        end
    end
    local slots = {}
    for slot in pairs(sums) do
        if slot < oldest then
            redis.call('HDEL', key, 'a' .. whole(slot), 'c' .. whole(slot))
        else
            slots[#slots + 1] = slot
        end
    end
    table.sort(slots)
    return sums, counts, slots
end

for i, key in ipairs(KEYS) do
    local millis, length, largest_sum, largest_count, amount = limit(i)
    local sums, counts, slots = read(key, math.floor(now / millis) - length)
    local sum, count = amount, 1
    for _, slot in ipairs(slots) do
        sum = sum + sums[slot]
        count = count + counts[slot]
    end
    local function allowed()
        return (largest_sum < 0 or sum <= largest_sum) and (largest_count < 0 or count <= largest_count)
    end
    if not allowed() then
        local wait = length * millis
        for _, slot in ipairs(slots) do
            sum = sum - sums[slot]
            count = count - counts[slot]
            if allowed() then
                wait = (slot + length + 1) * millis - now
                break
            end
        end
        return {'EXCEEDED', i, wait}
    end
end

for i, key in ipairs(KEYS) do
    local millis, length, _, _, amount = limit(i)
    local slot = whole(math.floor(now / millis))
    redis.call('HINCRBY', key, 'a' .. slot, whole(amount))
    redis.call('HINCRBY', key, 'c' .. slot, 1)
    redis.call('HSET', key, 'l' .. ARGV[1], whole(now + ARGV[2]) .. ':' .. slot .. ':' .. whole(amount))
    redis.call('PEXPIRE', key, whole((length + 1) * millis + ARGV[2]))
end
return {'RESERVED', 0, now}
