-- Ends a payment whose settlement was unknown, or that ended unresolved, if nobody resumed or ended it. Those that end in
-- a final state other than settled are listed, the last ten thousand of them.
-- KEYS: the payment, those whose settlement is unknown, those of the same payer, those that ended.
-- ARGV: token, state or RELEASED to forget the payment and the name of its purchase, transaction or the empty string,
-- the state that it has to be in.
local present = redis.call('HMGET', KEYS[1], 'token', 'state', 'purchase')
if present[1] ~= ARGV[1] or present[2] ~= ARGV[4] then
    return 0
end
redis.call('ZREM', KEYS[2], KEYS[1])
redis.call('SREM', KEYS[3], KEYS[1])
redis.call('ZREM', KEYS[4], KEYS[1])
if ARGV[2] == 'RELEASED' then
    if present[3] and redis.call('GET', present[3]) == KEYS[1] then
        redis.call('DEL', present[3])
    end
    return redis.call('DEL', KEYS[1])
end
local time = redis.call('TIME')
local seconds = string.format('%.3f', time[1] + time[2] / 1000000)
redis.call('HSET', KEYS[1], 'state', ARGV[2])
if ARGV[3] ~= '' then
    redis.call('HSET', KEYS[1], 'transaction', ARGV[3])
end
if ARGV[2] == 'SETTLED' then
    redis.call('HSET', KEYS[1], 'settled', seconds, 'runs', '0')
else
    redis.call('ZADD', KEYS[4], seconds, KEYS[1])
    redis.call('ZREMRANGEBYRANK', KEYS[4], 0, -10001)
end
return 1
