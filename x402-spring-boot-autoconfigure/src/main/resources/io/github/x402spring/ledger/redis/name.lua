-- Gives the name of a purchase to a payment, unless another payment has it that is still there.
-- KEYS: the name, the payment. ARGV: when to forget it.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= KEYS[2] and redis.call('EXISTS', holder) == 1 then
    return holder
end
if redis.call('EXISTS', KEYS[2]) == 1 then
    redis.call('SET', KEYS[1], KEYS[2])
    redis.call('EXPIREAT', KEYS[1], ARGV[1])
end
return KEYS[2]
