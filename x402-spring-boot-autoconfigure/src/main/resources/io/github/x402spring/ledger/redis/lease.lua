-- Hands out a payment whose settlement is unknown, if it was untouched for a time.
-- KEYS: the payment, those whose settlement is unknown. ARGV: seconds.
-- Returns the record, or nothing.
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local touched = redis.call('ZSCORE', KEYS[2], KEYS[1])
if not touched or tonumber(touched) >= now - ARGV[1] then
    return {}
end
if redis.call('HGET', KEYS[1], 'state') ~= 'UNKNOWN' then
    redis.call('ZREM', KEYS[2], KEYS[1])
    return {}
end
redis.call('ZADD', KEYS[2], string.format('%.3f', now), KEYS[1])
return redis.call('HGETALL', KEYS[1])
