-- Records the state of the response to a settled payment, if the reservation is valid.
-- KEYS: the payment. ARGV: token, DELIVERED or LOST or BROKEN or CONTINUES, how long a response counts as in flight in
-- milliseconds.
local present = redis.call('HMGET', KEYS[1], 'token', 'state', 'delivered')
if present[1] ~= ARGV[1] or present[2] ~= 'SETTLED' or present[3] then
    return 0
end
if ARGV[2] == 'CONTINUES' then
    local time = redis.call('TIME')
    redis.call('HSET', KEYS[1], 'delivery_until',
        string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]))
    return 1
end
if ARGV[2] == 'DELIVERED' then
    redis.call('HSET', KEYS[1], 'delivered', '1')
elseif ARGV[2] == 'BROKEN' then
    redis.call('HSET', KEYS[1], 'body_begun', '1')
end
redis.call('HSET', KEYS[1], 'delivery_until', '0')
return 1
