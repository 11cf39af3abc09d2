-- Takes a payment that is free, unless its payer has too many of unknown outcome; or one whose settlement is unknown and
-- that is bound to the same request.
-- KEYS: the payment, those in flight, those whose settlement is unknown, those of the same payer.
-- ARGV: token, the field that tells the request, its value, how many unknown payments a payer may have, when to forget
-- the payment, then names and values for the record. Without a time to forget it, nothing is taken.
-- Returns the outcome, whether the request is the same, the time in milliseconds, and the record.
local state = redis.call('HGET', KEYS[1], 'state')
local may_reserve = ARGV[5] ~= ''
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function result(outcome, same, record)
    return {outcome, same and '1' or '0', string.format('%.0f', now), unpack(record)}
end
local function start()
    redis.call('ZADD', KEYS[2], string.format('%.3f', now / 1000), KEYS[1])
end
if not state then
    if may_reserve then
        local unknown = 0
        for _, name in ipairs(redis.call('SMEMBERS', KEYS[4])) do
            if redis.call('HGET', name, 'state') == 'UNKNOWN' then
                unknown = unknown + 1
            else
                redis.call('SREM', KEYS[4], name)
            end
        end
        if unknown >= tonumber(ARGV[4]) then
            return result('TOO_MANY', false, {})
        end
        redis.call('HSET', KEYS[1], 'state', 'RESERVED', 'token', ARGV[1], 'resumed', '0',
            'created', string.format('%.3f', now / 1000), unpack(ARGV, 6))
        redis.call('EXPIREAT', KEYS[1], ARGV[5])
        redis.call('ZREM', KEYS[3], KEYS[1])
        start()
    end
    return result('FREE', false, {})
end
local same = redis.call('HGET', KEYS[1], ARGV[2]) == ARGV[3]
if may_reserve and state == 'UNKNOWN' and same then
    redis.call('HSET', KEYS[1], 'state', 'RESERVED', 'token', ARGV[1], 'resumed', '1')
    redis.call('ZREM', KEYS[3], KEYS[1])
    redis.call('SREM', KEYS[4], KEYS[1])
    start()
    return result('RESUMED', true, redis.call('HGETALL', KEYS[1]))
end
return result(state, same, redis.call('HGETALL', KEYS[1]))
