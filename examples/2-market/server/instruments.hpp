// SPDX-License-Identifier: Apache-2.0
// What is traded, and from which price it starts. The symbols are made up.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace exchange {

/// Ten-thousandths of the currency unit, as in market.capnp.
using Money = std::int64_t;

inline constexpr Money money_scale = 10'000;
/// Prices are whole cents.
inline constexpr Money price_step = money_scale / 100;

enum class Sector : std::uint8_t { beans, dairy, equipment, houses };

struct InstrumentInfo {
  std::string_view symbol;
  std::string_view name;
  Sector sector;
  Money opening_price;
};

inline constexpr std::array<InstrumentInfo, 12> instruments = {{
    {"ARAB", "Arabica Holdings", Sector::beans, 184'2000},
    {"ROBU", "Robusta & Sons", Sector::beans, 72'3500},
    {"GESH", "Geisha Reserve", Sector::beans, 612'8000},
    {"CREM", "Crema Industries", Sector::equipment, 143'1100},
    {"PORT", "Portafilter Works", Sector::equipment, 38'9400},
    {"GRND", "Grindhouse Tools", Sector::equipment, 91'0700},
    {"MILK", "Steamed Milk Co", Sector::dairy, 24'6600},
    {"OATS", "Oat & Barley", Sector::dairy, 17'4200},
    {"LATT", "Latte Art Group", Sector::houses, 205'5000},
    {"CORT", "Cortado Partners", Sector::houses, 128'6400},
    {"RIST", "Ristretto Houses", Sector::houses, 56'2000},
    {"MOCA", "Moka Pot Union", Sector::equipment, 44'8300},
}};

}  // namespace exchange
