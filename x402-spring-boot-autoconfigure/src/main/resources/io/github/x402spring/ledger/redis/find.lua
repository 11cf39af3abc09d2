-- Returns the time in milliseconds and the record of a payment.
-- KEYS: the payment.
local time = redis.call('TIME')
return {string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)), unpack(redis.call('HGETALL', KEYS[1]))}
