-- Names the bytes of u-connectXpress extended data mode (EDM) in Wireshark.
--
-- Captures that Xpress Center exports have EDM frames as link type USER0. Copy this file into the folder that Wireshark names
-- under Help > About Wireshark > Folders > Personal Lua Plugins, or start with `wireshark -X lua_script:xpress-edm.lua FILE`.

local edm = Proto("xpress_edm", "u-connectXpress EDM")

local packets = {
    [0x0011] = "Connect event",
    [0x0021] = "Disconnect event",
    [0x0031] = "Data event",
    [0x0036] = "Data command",
    [0x0041] = "AT event",
    [0x0044] = "AT request",
    [0x0045] = "AT confirmation",
    [0x0056] = "Resend connect events",
    [0x0061] = "iPhone event",
    [0x0071] = "Start event",
}
local connections = { [1] = "Bluetooth", [2] = "IPv4", [3] = "IPv6" }
local profiles = { [0] = "SPP", [1] = "DUN", [14] = "SPS" }
local protocols = { [0] = "TCP", [1] = "UDP", [2] = "MQTT" }

local f = {
    start = ProtoField.uint8("xpress_edm.start", "Start", base.HEX),
    reserved = ProtoField.uint16("xpress_edm.reserved", "Reserved", base.HEX, nil, 0xF000),
    length = ProtoField.uint16("xpress_edm.length", "Length", base.DEC, nil, 0x0FFF),
    id = ProtoField.uint16("xpress_edm.type", "Identifier and type", base.HEX, packets),
    channel = ProtoField.uint8("xpress_edm.channel", "Channel", base.DEC),
    connection = ProtoField.uint8("xpress_edm.connection", "Connection type", base.DEC, connections),
    profile = ProtoField.uint8("xpress_edm.profile", "Profile", base.DEC, profiles),
    address = ProtoField.ether("xpress_edm.address", "Remote address"),
    frame_size = ProtoField.uint16("xpress_edm.frame_size", "Frame size", base.DEC),
    protocol = ProtoField.uint8("xpress_edm.protocol", "Protocol", base.DEC, protocols),
    remote4 = ProtoField.ipv4("xpress_edm.remote_ip", "Remote address"),
    local4 = ProtoField.ipv4("xpress_edm.local_ip", "Local address"),
    remote6 = ProtoField.ipv6("xpress_edm.remote_ipv6", "Remote address"),
    local6 = ProtoField.ipv6("xpress_edm.local_ipv6", "Local address"),
    remote_port = ProtoField.uint16("xpress_edm.remote_port", "Remote port", base.DEC),
    local_port = ProtoField.uint16("xpress_edm.local_port", "Local port", base.DEC),
    text = ProtoField.string("xpress_edm.text", "Text"),
    data = ProtoField.bytes("xpress_edm.data", "Data"),
    stop = ProtoField.uint8("xpress_edm.end", "End", base.HEX),
}
edm.fields = {
    f.start, f.reserved, f.length, f.id, f.channel, f.connection, f.profile, f.address, f.frame_size, f.protocol,
    f.remote4, f.local4, f.remote6, f.local6, f.remote_port, f.local_port, f.text, f.data, f.stop,
}

local malformed = ProtoExpert.new("xpress_edm.malformed", "Not a whole frame", expert.group.MALFORMED, expert.severity.ERROR)
edm.experts = { malformed }

-- Adds fields of fixed length in their order, as long as there are bytes for them; gives the place behind the last.
local function add_all(tree, body, fields)
    local at = 0
    for _, entry in ipairs(fields) do
        local field, length = entry[1], entry[2]
        if at + length > body:len() then
            break
        end
        tree:add(field, body(at, length))
        at = at + length
    end
    return at
end

local function connect(tree, body)
    local kind = body:len() > 1 and body(1, 1):uint() or 0
    local fields = { { f.channel, 1 }, { f.connection, 1 } }
    local rest = {
        [1] = { { f.profile, 1 }, { f.address, 6 }, { f.frame_size, 2 } },
        [2] = { { f.protocol, 1 }, { f.remote4, 4 }, { f.remote_port, 2 }, { f.local4, 4 }, { f.local_port, 2 } },
        [3] = { { f.protocol, 1 }, { f.remote6, 16 }, { f.remote_port, 2 }, { f.local6, 16 }, { f.local_port, 2 } },
    }
    for _, entry in ipairs(rest[kind] or {}) do
        fields[#fields + 1] = entry
    end
    return add_all(tree, body, fields)
end

local function add_body(tree, id, body)
    local at = 0
    if id == 0x0011 then
        at = connect(tree, body)
    elseif id == 0x0021 or id == 0x0031 or id == 0x0036 then
        at = add_all(tree, body, { { f.channel, 1 } })
    elseif id == 0x0041 or id == 0x0044 or id == 0x0045 then
        tree:add(f.text, body)
        at = body:len()
    end
    if at < body:len() then
        tree:add(f.data, body(at))
    end
end

function edm.dissector(buffer, pinfo, root)
    local length = buffer:reported_length_remaining()
    pinfo.cols.protocol = "EDM"
    local tree = root:add(edm, buffer())
    local whole = buffer:len() >= 6 and buffer(0, 1):uint() == 0xAA
        and bit.band(buffer(1, 2):uint(), 0x0FFF) + 4 == length and buffer:len() == length
        and buffer(length - 1, 1):uint() == 0x55
    if not whole then
        tree:add_proto_expert_info(malformed)
        tree:add(f.data, buffer())
        pinfo.cols.info = "Not a whole frame"
        return
    end
    local id = buffer(3, 2):uint()
    tree:add(f.start, buffer(0, 1))
    tree:add(f.reserved, buffer(1, 2))
    tree:add(f.length, buffer(1, 2))
    tree:add(f.id, buffer(3, 2))
    local info = packets[id] or string.format("Unknown packet 0x%04x", id)
    if length > 6 then
        add_body(tree, id, buffer(5, length - 6))
        if id == 0x0011 or id == 0x0021 or id == 0x0031 or id == 0x0036 then
            info = info .. ", channel " .. buffer(5, 1):uint()
        end
    end
    tree:add(f.stop, buffer(length - 1, 1))
    pinfo.cols.info = info
end

DissectorTable.get("wtap_encap"):add(wtap.USER0, edm)
