-- Gives the name of a purchase to a payment, unless another payment has it.
-- KEYS: the name. ARGV: the payment, the payment that had it and is gone or the empty string, when to forget it.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] and holder ~= ARGV[2] then
    return holder
end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('EXPIREAT', KEYS[1], ARGV[3])
return ARGV[1]
