-- Sends each payment of the file once: wrk -s payments.lua URL -- FILE
local headers = {}
local sent = 0

function init(args)
  for line in io.lines(args[1]) do
    headers[#headers + 1] = line
  end
end

function request()
  sent = sent + 1
  return wrk.format("GET", nil, { ["PAYMENT-SIGNATURE"] = headers[sent] or "used-up" })
end
