-- Moves a payment on, if the reservation is good. Whoever settled it is about to deliver.
-- KEYS: the payment. ARGV: token, state, transaction or the empty string to leave it as it is, how long an answer
-- counts as being delivered in milliseconds.
local present = redis.call('HMGET', KEYS[1], 'token', 'state')
if present[1] ~= ARGV[1] or (present[2] ~= 'RESERVED' and present[2] ~= 'SETTLING') then
    return 0
end
redis.call('HSET', KEYS[1], 'state', ARGV[2])
if ARGV[3] ~= '' then
    redis.call('HSET', KEYS[1], 'transaction', ARGV[3])
end
if ARGV[2] == 'SETTLED' then
    local time = redis.call('TIME')
    redis.call('HSET', KEYS[1], 'delivery_until',
        string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]))
end
return 1
