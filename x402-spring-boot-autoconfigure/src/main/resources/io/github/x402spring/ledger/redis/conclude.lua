-- Ends a payment whose settlement was unknown, if nobody resumed it.
-- KEYS: the payment, those whose settlement is unknown. ARGV: token, transaction or the empty string to forget it
-- and the name of its purchase.
local present = redis.call('HMGET', KEYS[1], 'token', 'state', 'purchase')
if present[1] ~= ARGV[1] or present[2] ~= 'UNKNOWN' then
    return 0
end
redis.call('ZREM', KEYS[2], KEYS[1])
if ARGV[2] == '' then
    if present[3] and redis.call('GET', present[3]) == KEYS[1] then
        redis.call('DEL', present[3])
    end
    return redis.call('DEL', KEYS[1])
end
redis.call('HSET', KEYS[1], 'state', 'SETTLED', 'transaction', ARGV[2])
return 1
