# Constants of every kind, at the top and in scopes.
@0x9dc7293c4f586a72;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("hazard::constants");

const yes :Bool = true;
const smallest :Int64 = -9223372036854775808;
const largest :UInt64 = 18446744073709551615;
const ratio :Float64 = 0.1;
const greeting :Text = "hello */ \"world\"\n";
# A comment that would end a comment: */ and a backslash at the end of a line \
# and a line after it.

const bytes :Data = 0x"de ad be ef";

enum Color @0xaf98208722bf37c4 {
  red @0;
  green @1;
}

struct Point @0xbea9319833d048d5 {
  x @0 :Int32;
  y @1 :Int32 = 9;
  name @2 :Text;
  color @3 :Color;

  const unit :Point = (x = 1, y = 1, color = green);
  const dimensions :UInt8 = 2;
}

# Behind the types: capnpc-c++ writes constants where they are declared.
const primes :List(UInt16) = [2, 3, 5, 7];
const origin :Point = (x = 0, y = 0, name = "origin");
const path :List(Point) = [(x = 1), (y = 2), .origin];
const favorite :Color = green;
