-- Takes a payment that is free, or whose settlement is unknown and that is bound to the same request.
-- KEYS: the payment, those that are worked on, those whose settlement is unknown.
-- ARGV: token, fingerprint, when to forget it, then names and values for the record.
local present = redis.call('HMGET', KEYS[1], 'state', 'fingerprint')
local fresh = not present[1]
if not fresh and (present[1] ~= 'UNKNOWN' or present[2] ~= ARGV[2]) then
    return {present[1], present[2]}
end
if fresh then
    redis.call('HSET', KEYS[1], 'state', 'RESERVED', 'token', ARGV[1], 'resumed', '0', 'fingerprint', ARGV[2],
        unpack(ARGV, 4))
    redis.call('EXPIREAT', KEYS[1], ARGV[3])
else
    redis.call('HSET', KEYS[1], 'state', 'RESERVED', 'token', ARGV[1], 'resumed', '1')
    redis.call('ZREM', KEYS[3], KEYS[1])
end
local time = redis.call('TIME')
redis.call('ZADD', KEYS[2], string.format('%.3f', time[1] + time[2] / 1000000), KEYS[1])
return {fresh and 'FREE' or 'RESUMED', ''}
