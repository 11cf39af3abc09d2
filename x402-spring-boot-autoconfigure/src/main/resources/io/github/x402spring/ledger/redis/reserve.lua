-- Takes a payment that is free; or whose settlement is unknown and that is bound to the same request; or that was
-- settled for the same request and whose answer was lost.
-- KEYS: the payment, those that are worked on, those whose settlement is unknown.
-- ARGV: token, the field that tells the request, its value, how long an answer counts as being delivered in
-- milliseconds, when to forget the payment, then names and values for the record. Without a time to forget it, only an
-- answer that was lost is taken.
local present = redis.call('HMGET', KEYS[1], 'state', ARGV[2], 'delivered', 'delivery_until', 'transaction', 'token')
local may_reserve = ARGV[5] ~= ''
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function work_on()
    redis.call('ZREM', KEYS[3], KEYS[1])
    redis.call('ZADD', KEYS[2], string.format('%.3f', now / 1000), KEYS[1])
end
if not present[1] then
    if may_reserve then
        redis.call('HSET', KEYS[1], 'state', 'RESERVED', 'token', ARGV[1], 'resumed', '0',
            'created', string.format('%.3f', now / 1000), unpack(ARGV, 6))
        redis.call('EXPIREAT', KEYS[1], ARGV[5])
        work_on()
    end
    return {'FREE', '', '', ''}
end
local same = present[2] == ARGV[3]
if may_reserve and present[1] == 'UNKNOWN' and same then
    redis.call('HSET', KEYS[1], 'state', 'RESERVED', 'token', ARGV[1], 'resumed', '1')
    work_on()
    return {'RESUMED', '', '', ''}
end
if present[1] == 'SETTLED' and same and not present[3] then
    if present[4] and tonumber(present[4]) > now then
        return {'UNDER_WAY', ARGV[3], present[5] or '', present[6]}
    end
    redis.call('HSET', KEYS[1], 'token', ARGV[1], 'delivery_until', string.format('%.0f', now + ARGV[4]))
    return {'TAKEN', ARGV[3], present[5] or '', ARGV[1], present[4] and '1' or '0'}
end
return {present[1], present[2] or '', present[5] or '', present[6]}
