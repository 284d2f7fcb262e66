# What the dashboard (web/) and its server (server/) agree on. Everything else about a call, on both
# ends, is generated from here.
@0xe3a1c95d7f20b864;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
$Cxx.namespace("market");

using Money = Int64;
# Ten-thousandths of the currency unit: nothing is rounded on the way, not even in JSON.

const moneyScale :Int64 = 10000;
# Money in one currency unit.

enum Side {
  buy @0;
  sell @1;
}

enum Sector {
  beans @0;
  dairy @1;
  equipment @2;
  houses @3;
}

struct Instrument {
  symbol @0 :Text;
  # Upper-case, unique: "ARAB".

  name @1 :Text;

  sector @2 :Sector;
}

struct Quote {
  symbol @0 :Text;

  bid @1 :Money;
  # What a seller gets now.

  ask @2 :Money;
  # What a buyer pays now.

  last @3 :Money;

  open @4 :Money;
  # The price at which the session opened.

  volume @5 :UInt64;
  # Shares traded since then.

  time @6 :Int64;
  # When `last` was made, in microseconds since 1970.
}

struct Order {
  symbol @0 :Text;

  side @1 :Side;

  quantity @2 :UInt32 = 1;
  # Shares.

  pricing :union {
    market @3 :Void;
    # At once, at the best price there is.

    limit @4 :Money;
    # At this price or a better one, as soon as it is reached.
  }
}

struct PlacedOrder {
  id @0 :UInt64;

  order @1 :Order;

  placedAt @2 :Int64;
  # Microseconds since 1970.

  status :union {
    open @3 :Void;

    cancelled @4 :Void;

    filled :group {
      price @5 :Money;
      # For each share.

      at @6 :Int64;
      # Microseconds since 1970.
    }
  }
}

struct Position {
  symbol @0 :Text;

  quantity @1 :Int64;
  # Negative when more was sold than bought.

  averagePrice @2 :Money;
  # Paid, or got, for each share held.

  profit @3 :Money;
  # Not yet realised, at the last price.
}

struct Account {
  cash @0 :Money;

  value @1 :Money;
  # Cash and all positions at the last price.

  positions @2 :List(Position);
}

struct Refusal {
  # The details of an error of `submit`: which field of the form is wrong.

  field @0 :Text;
}

interface Market $Cortado.deadline(10000) {
  # A small exchange for coffee shares. Everybody who opens the page trades on one account.

  instruments @0 () -> (instruments :List(Instrument))
      $Cortado.idempotent $Cortado.cache(ttlMs = 60000, scope = public);
  # All there is to trade.

  quote @1 (symbol :Text) -> (quote :Quote) $Cortado.idempotent;
  # One price, now. `not_found` for a symbol that is not traded.

  history @2 (symbol :Text, points :UInt32 = 60) -> (prices :List(Money))
      $Cortado.idempotent $Cortado.cache(ttlMs = 1000, scope = public);
  # The newest last prices, oldest first.

  submit @3 (order :Order) -> (placed :PlacedOrder);
  # `not_found` for an unknown symbol, `invalid_argument` for a quantity or a limit out of bounds,
  # `failed_precondition` when there is not enough cash or too much would be sold,
  # `resource_exhausted` when too many orders are open.

  cancel @4 (orderId :UInt64) -> (placed :PlacedOrder);
  # `not_found` for an unknown order, `failed_precondition` when it is no longer open.

  orders @5 (newest :UInt32 = 20) -> (orders :List(PlacedOrder)) $Cortado.idempotent;
  # The newest orders, newest first.

  account @6 () -> (account :Account) $Cortado.idempotent;

  watch @7 (symbols :List(Text)) -> Quote
      # The quotes of these symbols, of all when there are none, now and after each step of the market.
      # A page that is too slow, or away, gets the newest of each. `not_found` for an unknown symbol.
      $Cortado.stream(results = true) $Cortado.overflow(policy = keepNewest, key = "symbol")
      $Cortado.deadline(0);

  orderEvents @8 () -> PlacedOrder
      # Each order when it is placed, filled or cancelled from now on, and none is left out: who falls
      # behind by more than the exchange remembers ends with `data_loss`.
      $Cortado.stream(results = true) $Cortado.deadline(0);
}
