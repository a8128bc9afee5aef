-- For wrk: sends the reviews of a file (one a line) in turn; @N@ in them becomes the number of the request, so that each
-- is another pod. Arguments: FILE [FIRST [COUNT]]: the first number, and after how many requests to stop.
local bodies, number, last = {}, 0, nil

function init(arguments)
    for line in io.lines(arguments[1]) do
        local parts, from = {}, 1
        while true do
            local first, final = line:find("@N@", from, true)
            parts[#parts + 1] = line:sub(from, first and first - 1)
            if not first then break end
            from = final + 1
        end
        bodies[#bodies + 1] = parts
    end
    number = tonumber(arguments[2] or "0")
    last = arguments[3] and number + tonumber(arguments[3])
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
end

function request()
    number = number + 1
    -- wrk itself sleeps until its time is over, whatever its threads do: this is the way out.
    if last and number >= last then os.exit(0) end
    return wrk.format(nil, nil, nil, table.concat(bodies[number % #bodies + 1], tostring(number)))
end

-- Microseconds, for the program that called.
function done(summary, latency)
    local errors = summary.errors
    print(string.format("RESULT %d %d %.1f %d %d", summary.requests, summary.duration, latency.mean, latency.max,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
