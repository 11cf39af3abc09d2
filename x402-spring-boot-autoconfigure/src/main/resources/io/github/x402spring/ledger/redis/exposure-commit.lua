-- Ends leases, so that what was taken counts; all of them or none.
-- KEYS: the counters. ARGV: token.
for _, key in ipairs(KEYS) do
    if redis.call('HEXISTS', key, 'l' .. ARGV[1]) == 0 then
        return 0
    end
end
for _, key in ipairs(KEYS) do
    redis.call('HDEL', key, 'l' .. ARGV[1])
end
return 1
