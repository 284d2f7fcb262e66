// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>
namespace cortado::client {
inline constexpr std::uint32_t event_words = 4;
inline constexpr std::uint32_t control_words = 4;
inline constexpr std::uint32_t room_size_min = 1024;
inline constexpr std::uint32_t output_size_max = 67108864;
inline constexpr std::uint32_t message_size_max = 1048576;
inline constexpr std::uint32_t buffered_size_max = 16777216;
inline constexpr std::uint32_t connections_max = 255;
inline constexpr std::int32_t bad_handle = -1000;
inline constexpr std::int32_t bad_state = -1001;
inline constexpr std::int32_t held = 1;
enum class EventKind : std::uint8_t { opened, closed, response, error, error_more, introduced, goaway };
}
