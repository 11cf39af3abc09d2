-- Sends each payment of the file once: wrk -s payments.lua URL -- FILE HEADER
local headers = {}
local sent = 0
local name

function init(args)
  name = args[2]
  for line in io.lines(args[1]) do
    headers[#headers + 1] = line
  end
end

function request()
  sent = sent + 1
  return wrk.format("GET", nil, { [name] = headers[sent] or "used-up" })
end
