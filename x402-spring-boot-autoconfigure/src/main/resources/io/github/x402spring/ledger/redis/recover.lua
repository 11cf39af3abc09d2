-- Takes up a payment that was untouched for a time: frees what was not sent to be settled, and the name of its
-- purchase; the outcome of all else is unknown.
-- KEYS: the payment, those in flight, those whose settlement is unknown, those of the same payer. ARGV: seconds.
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local touched = redis.call('ZSCORE', KEYS[2], KEYS[1])
if not touched or tonumber(touched) >= now - ARGV[1] then
    return 0
end
redis.call('ZREM', KEYS[2], KEYS[1])
local present = redis.call('HMGET', KEYS[1], 'state', 'resumed', 'purchase')
if present[1] == 'RESERVED' and present[2] == '0' then
    if present[3] and redis.call('GET', present[3]) == KEYS[1] then
        redis.call('DEL', present[3])
    end
    return redis.call('DEL', KEYS[1])
end
if present[1] ~= 'RESERVED' and present[1] ~= 'SETTLING' then
    return 0
end
redis.call('HSET', KEYS[1], 'state', 'UNKNOWN')
redis.call('ZADD', KEYS[3], string.format('%.3f', now), KEYS[1])
redis.call('SADD', KEYS[4], KEYS[1])
local ttl = math.max(redis.call('PTTL', KEYS[4]), redis.call('PTTL', KEYS[1]))
if ttl > 0 then
    redis.call('PEXPIRE', KEYS[4], ttl)
end
return 1
