-- Takes the response to a settled payment, if it was not delivered and has a run left. Payments that
-- version 1 stored have no count: their first delivery counts if it was begun.
-- KEYS: the payment. ARGV: token as it was found, new token, how long a response counts as in flight in milliseconds,
-- how many runs may have been begun before, how many begin now.
local present = redis.call('HMGET', KEYS[1], 'token', 'state', 'delivered', 'delivery_until', 'runs')
if present[1] ~= ARGV[1] or present[2] ~= 'SETTLED' or present[3] then
    return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if present[4] and tonumber(present[4]) > now then
    return 0
end
local runs = tonumber(present[5] or (present[4] and '1' or '0'))
if runs > tonumber(ARGV[4]) then
    return 0
end
redis.call('HSET', KEYS[1], 'token', ARGV[2], 'runs', runs + ARGV[5], 'delivery_until', string.format('%.0f', now + ARGV[3]))
return 1
