-- Forgets a payment that was certainly not settled, if the reservation is good.
-- KEYS: the payment, those that are worked on. ARGV: token.
local present = redis.call('HMGET', KEYS[1], 'token', 'state', 'resumed')
if present[1] ~= ARGV[1] or (present[2] ~= 'RESERVED' and present[2] ~= 'SETTLING') or present[3] ~= '0' then
    return 0
end
redis.call('ZREM', KEYS[2], KEYS[1])
return redis.call('DEL', KEYS[1])
