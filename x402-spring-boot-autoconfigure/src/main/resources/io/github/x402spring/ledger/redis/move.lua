-- Moves a payment on, if the reservation is good.
-- KEYS: the payment. ARGV: token, state, transaction or the empty string to leave it as it is.
local present = redis.call('HMGET', KEYS[1], 'token', 'state')
if present[1] ~= ARGV[1] or (present[2] ~= 'RESERVED' and present[2] ~= 'SETTLING') then
    return 0
end
redis.call('HSET', KEYS[1], 'state', ARGV[2])
if ARGV[3] ~= '' then
    redis.call('HSET', KEYS[1], 'transaction', ARGV[3])
end
return 1
