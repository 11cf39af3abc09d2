-- Moves a payment on, if the reservation is good. What is settled is settled, also where others took it for abandoned;
-- whoever settled it is about to deliver.
-- KEYS: the payment, those that are worked on, those whose settlement is unknown.
-- ARGV: token, state, transaction or the empty string to leave it as it is, how long an answer counts as being delivered
-- in milliseconds.
local present = redis.call('HMGET', KEYS[1], 'token', 'state')
local open = present[2] == 'RESERVED' or present[2] == 'SETTLING' or (present[2] == 'UNKNOWN' and ARGV[2] == 'SETTLED')
if present[1] ~= ARGV[1] or not open then
    return 0
end
redis.call('HSET', KEYS[1], 'state', ARGV[2])
if ARGV[3] ~= '' then
    redis.call('HSET', KEYS[1], 'transaction', ARGV[3])
end
redis.call('ZREM', KEYS[2], KEYS[1])
redis.call('ZREM', KEYS[3], KEYS[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[2] == 'SETTLED' then
    redis.call('HSET', KEYS[1], 'delivery_until', string.format('%.0f', now + ARGV[4]))
else
    redis.call('ZADD', KEYS[ARGV[2] == 'UNKNOWN' and 3 or 2], string.format('%.3f', now / 1000), KEYS[1])
end
return 1
