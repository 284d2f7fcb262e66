#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the golden frames from docs/protocol.md, sharing no code with the implementations.

    python3 schema/vectors/frames/make.py            writes frames.json, connections.json, lanes.json, seeds
    python3 schema/vectors/frames/make.py --check    fails when they differ from what it would write

lanes.json: messages of a WebSocket that carries several connections, each with the lane it is for, or
with the reason for which a receiver closes the WebSocket. frames.json: messages of a connection, each with the frames in it and what they say, or with the reason for which a
receiver closes. connections.json: messages as a peer's first, which only make sense in their order.
The same bytes, as the fuzzers take them, become their seeds in wire/seeds/.
"""

import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
SEEDS = HERE.parents[2] / "wire" / "seeds"

TYPES = {
    "request": 0x01, "response": 0x02, "error": 0x03, "item": 0x04, "end": 0x05, "cancel": 0x06,
    "credit": 0x07, "notify": 0x08, "part": 0x09, "hello": 0x10, "welcome": 0x11, "ack": 0x12, "ping": 0x13,
    "pong": 0x14, "goaway": 0x15, "lane": 0x16,
}
CODES = [
    "ok", "cancelled", "unknown", "invalid_argument", "deadline_exceeded", "not_found",
    "already_exists", "permission_denied", "resource_exhausted", "failed_precondition", "aborted",
    "out_of_range", "unimplemented", "internal", "unavailable", "data_loss", "unauthenticated",
]
REASONS = [
    "bad_magic", "bad_version", "bad_frame_type", "truncated_frame", "payload_too_large",
    "bad_padding", "bad_envelope", "bad_call_id", "unexpected_frame", "going_away", "idle",
    "no_credit", "superseded", "session_lost",
]
KINDS = ["unary", "client_stream", "server_stream", "bidirectional"]
PAYLOAD_SIZE_MAX = 16777216
CALLS_IN_FLIGHT_MAX = 65536

# A Cap'n Proto message: one segment, a root struct of one data word holding 42.
MESSAGE = bytes.fromhex("0000000002000000" "0000000001000000" "2a00000000000000")
TRACE_ID = bytes(range(16, 32))
SPAN_ID = bytes(range(32, 40))
FIRST = 0x1_0000_0001  # the first id of a connector
EVEN = 0x1_0000_0000  # the first id of an acceptor


def pad(data):
    return data + bytes(-len(data) % 8)


def frame(kind, call_id, payload=b"", magic=b"\xca\xfe", version=1, size=None, padding=None):
    number = kind if isinstance(kind, int) else TYPES[kind]
    length = len(payload) if size is None else size
    tail = bytes(-len(payload) % 8) if padding is None else padding
    return magic + struct.pack("<BBQI", version, number, call_id, length) + payload + tail


def entries(pairs):
    out = b""
    for name, value in pairs:
        out += struct.pack("<HH", len(name.encode()), len(value.encode()))
        out += name.encode() + value.encode()
    return out


def request(interface_id=0, method=0, idempotent=False, timeout_ms=0, metadata=b"", key=b"",
            trace_flags=0, trace_id=bytes(16), span_id=bytes(8), params=b"", target=0, flags=None,
            reserved=bytes(5), kind="unary"):
    bits = int(idempotent) | KINDS.index(kind) << 1 if flags is None else flags
    fixed = struct.pack("<IHHQIIHB", target, method, bits, interface_id, timeout_ms, len(metadata),
                        len(key), trace_flags)
    return fixed + reserved + trace_id + span_id + pad(metadata) + pad(key) + params


def response(metadata=b"", results=b"", reserved=0):
    return struct.pack("<II", len(metadata), reserved) + pad(metadata) + results


def error(code, message="", retry_after_ms=0, details=b"", reserved=0):
    number = code if isinstance(code, int) else CODES.index(code)
    text = message.encode()
    fixed = struct.pack("<HHIII", number, reserved, retry_after_ms, len(text), len(details))
    return fixed + pad(text) + details


def hello(payload_size_max=PAYLOAD_SIZE_MAX, calls_in_flight_max=CALLS_IN_FLIGHT_MAX,
          frames_received=0, token=b"", resumed=False, auth=b"", flags=None, attempt=0,
          grace_ms=0):
    bits = int(resumed) if flags is None else flags
    fixed = struct.pack("<IIQHHIII", payload_size_max, calls_in_flight_max, frames_received,
                        len(token), bits, len(auth), attempt, grace_ms)
    return fixed + pad(token) + auth


def goaway(reason="going_away", grace_ms=0, message="", reserved=0):
    number = reason if isinstance(reason, int) else REASONS.index(reason)
    text = message.encode()
    return struct.pack("<HHIII", number, reserved, grace_ms, len(text), 0) + text


def credit(items, size):
    return struct.pack("<II", items, size)


def notify(topic, message=b"", reserved=bytes(6), topic_size=None):
    name = topic.encode()
    length = len(name) if topic_size is None else topic_size
    return struct.pack("<H", length) + reserved + pad(name) + message


def part(kind, piece=b"", first=False, last=False, flags=None, reserved=bytes(6)):
    number = kind if isinstance(kind, int) else TYPES[kind]
    bits = int(first) | int(last) << 1 if flags is None else flags
    return struct.pack("<BB", number, bits) + reserved + piece


def said(frame_type, call_id=0, /, **what):
    """What one frame says. 64-bit numbers are decimal strings, bytes are hex."""
    out = {"type": frame_type, "callId": str(call_id)}
    for name, value in what.items():
        if isinstance(value, bytes):
            value = value.hex()
        out[name] = value
    return out


def says_request(call_id, interface_id=0, method=0, idempotent=False, timeout_ms=0, metadata=b"",
                 key=b"", trace_flags=0, trace_id=bytes(16), span_id=bytes(8), params=b"",
                 kind="unary"):
    return said("request", call_id, interfaceId=str(interface_id), method=method,
                idempotent=idempotent, kind=kind, timeoutMs=timeout_ms, metadata=metadata, idempotencyKey=key,
                traceFlags=trace_flags, traceId=trace_id, spanId=span_id, params=params)


def says_hello(kind, payload_size_max=PAYLOAD_SIZE_MAX, calls_in_flight_max=CALLS_IN_FLIGHT_MAX,
               frames_received=0, token=b"", resumed=False, auth=b"", attempt=0, grace_ms=0):
    return said(kind, payloadSizeMax=payload_size_max, callsInFlightMax=calls_in_flight_max,
                framesReceived=str(frames_received), sessionToken=token, resumed=resumed,
                auth=auth, attempt=attempt, graceMs=grace_ms)


def good_frames():
    plain = dict(interface_id=0xB1A2C3D4E5F60718, method=2, params=MESSAGE)
    full = dict(plain, idempotent=True, timeout_ms=500, trace_flags=1, trace_id=TRACE_ID,
                span_id=SPAN_ID, metadata=entries([("tenant", "acme"), ("locale", "de-AT")]),
                key=b"order-17")
    last = dict(interface_id=2**64 - 1, method=65535, timeout_ms=2**32 - 1)
    details = struct.pack("<Q", 0xA1B2C3D4E5F60718) + MESSAGE
    resuming = dict(payload_size_max=65536, calls_in_flight_max=16, frames_received=1234567890123,
                    token=b"session-token", auth=b"Bearer abc", attempt=3)
    kept = dict(frames_received=7, token=b"12345678", grace_ms=60000)
    return [
        ("no frames", b"", []),
        ("request", frame("request", FIRST, request(**plain)), [says_request(FIRST, **plain)]),
        ("request with everything", frame("request", FIRST + 2, request(**full)),
         [says_request(FIRST + 2, **full)]),
        ("request of the largest numbers, without params",
         frame("request", 2**64 - 1, request(**last)), [says_request(2**64 - 1, **last)]),
        ("response", frame("response", FIRST, response(results=MESSAGE)),
         [said("response", FIRST, metadata=b"", results=MESSAGE)]),
        ("response with metadata",
         frame("response", FIRST, response(entries([("cost", "3")]), MESSAGE)),
         [said("response", FIRST, metadata=entries([("cost", "3")]), results=MESSAGE)]),
        ("response without results", frame("response", EVEN, response()),
         [said("response", EVEN, metadata=b"", results=b"")]),
        ("error", frame("error", FIRST, error("not_found", "no such symbol: \u00e9")),
         [said("error", FIRST, code="not_found", message="no such symbol: \u00e9", retryAfterMs=0,
               details=b"")]),
        ("error with details and a hint when to try again",
         frame("error", FIRST, error("resource_exhausted", "slow down", 1500, details)),
         [said("error", FIRST, code="resource_exhausted", message="slow down", retryAfterMs=1500,
               details=details)]),
        ("error without a message", frame("error", FIRST, error("internal")),
         [said("error", FIRST, code="internal", message="", retryAfterMs=0, details=b"")]),
        ("error of a code from the future", frame("error", FIRST, error(17, "new")),
         [said("error", FIRST, code="unknown", message="new", retryAfterMs=0, details=b"")]),
        ("cancel", frame("cancel", FIRST), [said("cancel", FIRST)]),
        ("hello", frame("hello", 0, hello()), [says_hello("hello")]),
        ("hello that resumes a session", frame("hello", 0, hello(**resuming)),
         [says_hello("hello", **resuming)]),
        ("welcome to a resumed session", frame("welcome", 0, hello(resumed=True, **kept)),
         [says_hello("welcome", resumed=True, **kept)]),
        ("welcome with the longest token", frame("welcome", 0, hello(token=b"t" * 64, grace_ms=1)),
         [says_hello("welcome", token=b"t" * 64, grace_ms=1)]),
        ("ping", frame("ping", 0, bytes(range(1, 9))), [said("ping", token=bytes(range(1, 9)))]),
        ("pong", frame("pong", 0, b"\xff" * 8), [said("pong", token=b"\xff" * 8)]),
        ("goaway", frame("goaway", 0, goaway("going_away", 5000, "update")),
         [said("goaway", reason="going_away", graceMs=5000, message="update")]),
        ("goaway of a reason from the future", frame("goaway", 0, goaway(4711)),
         [said("goaway", reason="going_away", graceMs=0, message="")]),
        ("requests of three kinds",
         b"".join(frame("request", FIRST, request(kind=kind, **plain)) for kind in KINDS[1:]),
         [says_request(FIRST, kind=kind, **plain) for kind in KINDS[1:]]),
        ("item", frame("item", FIRST, MESSAGE), [said("item", FIRST, item=MESSAGE)]),
        ("item without a byte", frame("item", EVEN), [said("item", EVEN, item=b"")]),
        ("end", frame("end", FIRST), [said("end", FIRST, code="ok", message="")]),
        ("end with a status", frame("end", FIRST, error("aborted", "disk full")),
         [said("end", FIRST, code="aborted", message="disk full")]),
        ("credit for a stream", frame("credit", FIRST, credit(16, 4096)),
         [said("credit", FIRST, items=16, bytes=4096)]),
        ("credit for the connection", frame("credit", 0, credit(2**31 - 1, 0)),
         [said("credit", 0, items=2**31 - 1, bytes=0)]),
        ("notify", frame("notify", 0, notify("quotes/ACME", MESSAGE)),
         [said("notify", topic="quotes/ACME", message=MESSAGE)]),
        ("notify without a message", frame("notify", 0, notify("t")),
         [said("notify", topic="t", message=b"")]),
        ("an item in two parts",
         frame("part", FIRST, part("item", MESSAGE[:11], first=True))
         + frame("part", FIRST, part("item", MESSAGE[11:], last=True)),
         [said("part", FIRST, of="item", first=True, last=False, piece=MESSAGE[:11]),
          said("part", FIRST, of="item", first=False, last=True, piece=MESSAGE[11:])]),
        ("a response in one part", frame("part", EVEN, part("response", first=True, last=True)),
         [said("part", EVEN, of="response", first=True, last=True, piece=b"")]),
        ("ack", frame("ack", 0, struct.pack("<Q", 2**53 + 1)),
         [said("ack", frames=str(2**53 + 1))]),
        ("three frames in one message",
         frame("response", FIRST, response(results=MESSAGE)) + frame("cancel", EVEN)
         + frame("ping", 0, bytes(8)),
         [said("response", FIRST, metadata=b"", results=MESSAGE), said("cancel", EVEN),
          said("ping", token=bytes(8))]),
    ]


def refused_frames():
    whole = frame("ping", 0, bytes(8))
    return [
        ("a header cut short", whole[:15], "truncated_frame"),
        ("a payload cut short", whole[:20], "truncated_frame"),
        ("padding cut short", frame("item", 1, b"12345")[:22], "truncated_frame"),
        ("a second frame cut short", whole + whole[:8], "truncated_frame"),
        ("other magic", frame("ping", 0, bytes(8), magic=b"\xfe\xca"), "bad_magic"),
        ("text", b"GET /rpc HTTP/1.1\r\n\r\n", "bad_magic"),
        ("version 0", frame("ping", 0, bytes(8), version=0), "bad_version"),
        ("version 2", frame("ping", 0, bytes(8), version=2), "bad_version"),
        ("type 0", frame(0x00, 0), "bad_frame_type"),
        ("a type between two ranges", frame(0x0A, 1), "bad_frame_type"),
        ("the type behind the last", frame(0x17, 0), "bad_frame_type"),
        ("a lane within a connection", frame("lane", 1), "unexpected_frame"),
        ("a request without an id", frame("request", 0, request()), "bad_call_id"),
        ("a ping with an id", frame("ping", 1, bytes(8)), "bad_call_id"),
        ("a payload above the limit", frame("ping", 0, b"", size=PAYLOAD_SIZE_MAX + 1),
         "payload_too_large"),
        ("the largest size there is", frame("request", 1, b"", size=2**32 - 1),
         "payload_too_large"),
        ("padding that is not zero", frame("item", 1, b"12345", padding=b"\0\0\1"),
         "bad_padding"),
        ("a request shorter than its envelope", frame("request", 1, request()[:55]),
         "bad_envelope"),
        ("a request to a reserved target", frame("request", 1, request(target=1)), "bad_envelope"),
        ("a request with a reserved flag", frame("request", 1, request(flags=8)), "bad_envelope"),
        ("a request with a reserved byte set",
         frame("request", 1, request(reserved=b"\0\0\0\0\1")), "bad_envelope"),
        ("a request whose metadata is longer than it",
         frame("request", 1, request()[:20] + struct.pack("<I", 8) + request()[24:]),
         "bad_envelope"),
        ("metadata whose entries do not add up",
         frame("request", 1, request(metadata=entries([("n", "v")]) + b"\1")), "bad_envelope"),
        ("metadata with an upper-case name",
         frame("request", 1, request(metadata=entries([("Tenant", "v")]))), "bad_envelope"),
        ("a key that is too long", frame("request", 1, request(key=b"k" * 65)), "bad_envelope"),
        ("padding of metadata that is not zero",
         frame("request", 1, request()[:20] + struct.pack("<I", 6) + request()[24:]
               + entries([("n", "v")]) + b"\0\1"), "bad_envelope"),
        ("a response shorter than its envelope", frame("response", FIRST, bytes(7)), "bad_envelope"),
        ("a response with a reserved byte set", frame("response", FIRST, response(reserved=1)),
         "bad_envelope"),
        ("an error that says ok", frame("error", FIRST, error("ok")), "bad_envelope"),
        ("an error with a reserved byte set", frame("error", FIRST, error("internal", reserved=1)),
         "bad_envelope"),
        ("an error longer than its sizes say", frame("error", FIRST, error("internal") + bytes(8)),
         "bad_envelope"),
        ("an error with details too small for a type id",
         frame("error", FIRST, error("internal", details=bytes(7))), "bad_envelope"),
        ("a cancel with a payload", frame("cancel", 1, bytes(8)), "bad_envelope"),
        ("a hello with a reserved flag", frame("hello", 0, hello(flags=2)), "bad_envelope"),
        ("a hello that says how long it waits", frame("hello", 0, hello(grace_ms=1)),
         "bad_envelope"),
        ("a hello with a token that is too long", frame("hello", 0, hello(token=b"t" * 65)),
         "bad_envelope"),
        ("a welcome that says how often it connected", frame("welcome", 0, hello(attempt=1)),
         "bad_envelope"),
        ("an item without an id", frame("item", 0), "bad_call_id"),
        ("a notify with an id", frame("notify", 1, notify("t")), "bad_call_id"),
        ("a part without an id", frame("part", 0, part("item", first=True)), "bad_call_id"),
        ("an end that says ok in words", frame("end", FIRST, error("ok")), "bad_envelope"),
        ("an end of eight bytes", frame("end", FIRST, bytes(8)), "bad_envelope"),
        ("a credit of seven bytes", frame("credit", 1, bytes(7)), "bad_envelope"),
        ("a credit of too many items", frame("credit", 0, credit(2**31, 0)), "bad_envelope"),
        ("a credit of too many bytes", frame("credit", 0, credit(0, 2**32 - 1)), "bad_envelope"),
        ("a notify without a topic", frame("notify", 0, notify("")), "bad_envelope"),
        ("a notify with a long topic", frame("notify", 0, notify("t" * 257)), "bad_envelope"),
        ("a notify whose topic is longer than it", frame("notify", 0, notify("t", topic_size=9)),
         "bad_envelope"),
        ("a notify with a reserved byte set",
         frame("notify", 0, notify("t", reserved=b"\0\0\0\0\0\1")), "bad_envelope"),
        ("a notify whose topic is not padded with zeros",
         frame("notify", 0, notify("t1234567", topic_size=1)), "bad_envelope"),
        ("a part shorter than its header", frame("part", 1, bytes(7)), "bad_envelope"),
        ("a part of a frame that cannot be cut", frame("part", 1, part("cancel", first=True)),
         "bad_envelope"),
        ("a part of a part", frame("part", 1, part("part", first=True)), "bad_envelope"),
        ("a part with a reserved flag", frame("part", 1, part("item", flags=4)), "bad_envelope"),
        ("a part with a reserved byte set",
         frame("part", 1, part("item", first=True, reserved=b"\1" + bytes(5))), "bad_envelope"),
        ("a part that continues nothing", frame("part", 1, part("item")), "unexpected_frame"),
        ("a hello longer than its sizes say", frame("hello", 0, hello() + b"\0"), "bad_envelope"),
        ("a hello that says that a session goes on", frame("hello", 0, hello(resumed=True)),
         "bad_envelope"),
        ("a welcome that says who it is", frame("welcome", 0, hello(auth=b"me")), "bad_envelope"),
        ("a ping of seven bytes", frame("ping", 0, bytes(7)), "bad_envelope"),
        ("a pong of sixteen bytes", frame("pong", 0, bytes(16)), "bad_envelope"),
        ("a goaway with a reserved byte set", frame("goaway", 0, goaway(reserved=1)),
         "bad_envelope"),
        ("a goaway longer than its sizes say", frame("goaway", 0, goaway() + b"x"),
         "bad_envelope"),
    ]


def lanes():
    """(name, message, lane, what is left of the message or (code, reason) of its end), or
    (name, message, the reason for closing)"""
    hi = frame("hello", 0, hello())
    ping = frame("ping", 0, bytes(8))

    def end(lane, code, reason=b""):
        return frame("lane", lane, struct.pack("<H", code) + reason)

    return [
        ("a message without a lane", hi + ping, 0, hi + ping),
        ("no frames", b"", 0, b""),
        ("a message of a lane", frame("lane", 7) + hi + ping, 7, hi + ping),
        ("lane 0 by its number", frame("lane", 0) + hi, 0, hi),
        ("a lane and nothing else", frame("lane", 1), 1, b""),
        ("the largest number", frame("lane", 2**32 - 1) + ping, 2**32 - 1, ping),
        ("a lane whose frames are broken", frame("lane", 2) + b"GET /", 2, b"GET /"),
        ("an end", end(3, 1000), 3, (1000, "")),
        ("an end with a reason", end(3, 4010, "nothing was heard: \u00e9".encode()), 3,
         (4010, "nothing was heard: \u00e9")),
        ("an end of lane 0", end(0, 1001, b"the server stops"), 0, (1001, "the server stops")),
        ("an end with the longest reason", end(1, 1013, b"r" * 123), 1, (1013, "r" * 123)),
        ("a number that is too large", frame("lane", 2**32) + ping, "bad_call_id"),
        ("other magic", frame("lane", 1, magic=b"\xfe\xca") + ping, "bad_magic"),
        ("version 2", frame("lane", 1, version=2) + ping, "bad_version"),
        ("a header cut short", frame("lane", 1)[:15], "truncated_frame"),
        ("an end cut short", end(1, 1000, b"because")[:24], "truncated_frame"),
        ("an end of one byte", frame("lane", 1, b"\1"), "bad_envelope"),
        ("an end with a reason that is too long", end(1, 1000, b"r" * 124), "bad_envelope"),
        ("padding that is not zero", frame("lane", 1, b"\xe8\3", padding=b"\1" * 6), "bad_padding"),
        ("frames behind an end", end(1, 1000) + ping, "unexpected_frame"),
    ]


def connections():
    """(name, role of the receiver, messages, answer in frames or the reason for closing)

    The answer is None where a receiver may choose when it gives credit."""
    hi = frame("hello", 0, hello())
    welcome = frame("welcome", 0, hello())
    call = frame("request", FIRST, request(params=MESSAGE))
    upload = frame("request", FIRST, request(kind="client_stream"))
    item = frame("item", FIRST, MESSAGE)
    cut = [frame("part", FIRST, part("request", request(params=MESSAGE)[:30], first=True)),
           frame("part", FIRST, part("request", request(params=MESSAGE)[30:], last=True))]
    return [
        ("calls follow the hello in one message", "acceptor", [hi + call], []),
        ("a ping is answered", "acceptor", [hi, frame("ping", 0, bytes(range(8)))],
         [frame("pong", 0, bytes(range(8)))]),
        ("a cancel that crossed its answer", "acceptor", [hi, frame("cancel", FIRST)], []),
        ("a message without frames", "acceptor", [b"", hi, b""], []),
        ("a farewell", "connector", [welcome, frame("goaway", 0, goaway())], []),
        ("a call of the acceptor", "connector", [welcome + frame("request", EVEN, request())], []),
        ("items and their end", "acceptor", [hi + upload + item, item + frame("end", FIRST)], None),
        ("items that crossed the end of their call", "acceptor",
         [hi + upload + frame("cancel", FIRST), item, frame("end", FIRST)], None),
        ("credit for a call that is over", "acceptor",
         [hi + frame("credit", FIRST, credit(1, 1))], []),
        ("a request in parts, and others between them", "acceptor",
         [hi + cut[0], frame("ping", 0, bytes(8)) + frame("credit", 0, credit(1, 1)) + cut[1],
          frame("cancel", FIRST)], [frame("pong", 0, bytes(8))]),
        ("parts that were given up", "acceptor",
         [hi + cut[0] + frame("cancel", FIRST) + cut[1], call], []),
        ("an item to a call without a stream", "acceptor", [hi + call, item], "unexpected_frame"),
        ("an item against the stream", "connector",
         [welcome + frame("request", EVEN, request(kind="server_stream")),
          frame("item", EVEN, MESSAGE)], "unexpected_frame"),
        ("an item behind the end", "acceptor", [hi + upload + frame("end", FIRST), item],
         "unexpected_frame"),
        ("an item of a call never made", "connector", [welcome, item], "bad_call_id"),
        ("a credit for a call never made", "connector",
         [welcome, frame("credit", FIRST, credit(1, 1))], "bad_call_id"),
        ("more credit than there can be", "acceptor",
         [hi + frame("credit", 0, credit(2**31 - 1, 0))], "no_credit"),
        ("a part of another call", "acceptor",
         [hi + cut[0], frame("part", FIRST + 2, part("request", last=True))], "unexpected_frame"),
        ("a call before the hello", "acceptor", [call + hi], "unexpected_frame"),
        ("two hellos", "acceptor", [hi + hi], "unexpected_frame"),
        ("a hello to a connector", "connector", [hi], "unexpected_frame"),
        ("a welcome to an acceptor", "acceptor", [welcome], "unexpected_frame"),
        ("a farewell to an acceptor", "acceptor", [hi + frame("goaway", 0, goaway())],
         "unexpected_frame"),
        ("a call with an even id to an acceptor", "acceptor",
         [hi + frame("request", EVEN, request())], "bad_call_id"),
        ("a call with an odd id to a connector", "connector", [welcome + call], "bad_call_id"),
        ("a call id in use", "acceptor", [hi + call, call], "bad_call_id"),
        ("an answer to a call never made", "connector",
         [welcome + frame("response", FIRST, response())], "bad_call_id"),
        ("an answer with the id of another's call", "connector",
         [welcome + frame("error", EVEN, error("internal"))], "bad_call_id"),
    ]


def files():
    frames = []
    seeds = {}
    for index, (name, data, says) in enumerate(good_frames()):
        frames.append({"name": name, "bytes": data.hex(), "frames": says})
        seeds[f"frame/{index:02}.bin"] = b"\x18" + data  # a limit of 2^24 bytes
    for name, data, reason in refused_frames():
        frames.append({"name": name, "bytes": data.hex(), "closes": reason})
    shared = []
    for index, (name, data, *says) in enumerate(lanes()):
        seeds[f"lane/{index:02}.bin"] = data
        entry = {"name": name, "bytes": data.hex()}
        if isinstance(says[0], str):
            entry["closes"] = says[0]
        elif isinstance(says[1], tuple):
            entry |= {"lane": says[0], "code": says[1][0], "reason": says[1][1]}
        else:
            entry |= {"lane": says[0], "rest": says[1].hex()}
        shared.append(entry)
    layouts = {"request": 0, "response": 1, "error": 2, "hello": 3, "welcome": 3, "goaway": 4,
               "end": 5, "credit": 6, "notify": 7, "part": 8}
    for index, (name, data, says) in enumerate(good_frames()):
        kind = says[0]["type"] if says else None
        if kind in layouts:
            size = struct.unpack("<I", data[12:16])[0]
            seeds[f"envelope/{index:02}-{kind}.bin"] = bytes([layouts[kind]]) + data[16:16 + size]
    talks = []
    for index, (name, role, messages, result) in enumerate(connections()):
        entry = {"name": name, "receiver": role, "messages": [m.hex() for m in messages]}
        if isinstance(result, str):
            entry["closes"] = result
        elif result is not None:
            entry["answers"] = b"".join(result).hex()
        talks.append(entry)
    # Schedules for the fuzzers of peer and session: any bytes are one.
    for index in range(4):
        noise = bytes((i * i * 7 + i * (index + 3) + index) % 256 for i in range(400))
        seeds[f"peer/schedule-{index}.bin"] = bytes([index % 2, 4 + index]) + noise
        seeds[f"session/schedule-{index}.bin"] = bytes([index * 85]) + noise
    out = {HERE / "frames.json": frames, HERE / "connections.json": talks,
           HERE / "lanes.json": shared}
    out = {path: (json.dumps(value, indent=1, ensure_ascii=True) + "\n").encode()
           for path, value in out.items()}
    out.update({SEEDS / path: data for path, data in seeds.items()})
    return out


def main():
    stale = []
    for path, data in files().items():
        if path.exists() and path.read_bytes() == data:
            continue
        stale.append(path)
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    if stale and "--check" in sys.argv:
        sys.exit("differ from what make.py writes: " + ", ".join(str(path.name) for path in stale))


if __name__ == "__main__":
    main()
