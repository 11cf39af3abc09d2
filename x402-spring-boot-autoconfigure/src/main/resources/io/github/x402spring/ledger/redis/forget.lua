-- Forgets a payment that was certainly not settled, and the name of its purchase, if the reservation is good.
-- KEYS: the payment, those that are worked on. ARGV: token.
local present = redis.call('HMGET', KEYS[1], 'token', 'state', 'resumed', 'purchase')
if present[1] ~= ARGV[1] or (present[2] ~= 'RESERVED' and present[2] ~= 'SETTLING') or present[3] ~= '0' then
    return 0
end
redis.call('ZREM', KEYS[2], KEYS[1])
if present[4] and redis.call('GET', present[4]) == KEYS[1] then
    redis.call('DEL', present[4])
end
return redis.call('DEL', KEYS[1])
