-- Names payments that nobody touched for a time.
-- KEYS: those that are worked on, or those whose settlement is unknown. ARGV: seconds, how many.
local time = redis.call('TIME')
local before = string.format('(%.3f', time[1] + time[2] / 1000000 - ARGV[1])
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', before, 'LIMIT', 0, ARGV[2])
