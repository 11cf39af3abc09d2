-- Takes a payment that is free, or whose settlement is unknown and that is bound to the same request.
-- KEYS: the payment. ARGV: token, fingerprint, when to forget it, then names and values for the record.
local present = redis.call('HMGET', KEYS[1], 'state', 'fingerprint')
if not present[1] then
    redis.call('HSET', KEYS[1], 'state', 'RESERVED', 'token', ARGV[1], 'resumed', '0', 'fingerprint', ARGV[2],
        unpack(ARGV, 4))
    redis.call('EXPIREAT', KEYS[1], ARGV[3])
    return {'FREE', ''}
end
if present[1] == 'UNKNOWN' and present[2] == ARGV[2] then
    redis.call('HSET', KEYS[1], 'state', 'RESERVED', 'token', ARGV[1], 'resumed', '1')
    return {'RESUMED', ''}
end
return {present[1], present[2]}
