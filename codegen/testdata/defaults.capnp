# Defaults of every kind.
@0x8cb6182b3e475961;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("hazard::defaults");

enum Level @0x9f871f6811ae26b2 {
  low @0;
  middle @1;
  high @2;
}

struct Inner @0xae98307922bf37c3 {
  number @0 :Int32 = 11;
  text @1 :Text = "inner";
  list @2 :List(UInt16) = [1, 2];
}

struct Scalars @0xbda9418a33d048d4 {
  yes @0 :Bool = true;
  no @1 :Bool = false;
  int8 @2 :Int8 = -128;
  int16 @3 :Int16 = -32768;
  int32 @4 :Int32 = -2147483648;
  int64 @5 :Int64 = -9223372036854775808;
  uint8 @6 :UInt8 = 255;
  uint16 @7 :UInt16 = 65535;
  uint32 @8 :UInt32 = 4294967295;
  uint64 @9 :UInt64 = 18446744073709551615;
  float32 @10 :Float32 = 1.5;
  float64 @11 :Float64 = -2.25e-300;
  infinite @12 :Float64 = inf;
  negativeInfinite @13 :Float32 = -inf;
  notANumber @14 :Float64 = nan;
  level @15 :Level = high;
  nothing @16 :Void = void;
}

struct Pointers @0xccba529b44e159d5 {
  text @0 :Text = "quotes \" and \\ and line\nbreaks, ünïcödé 🎉";
  data @1 :Data = 0x"00 01 7f 80 ff";
  inner @2 :Inner = (number = 5, text = "five");
  numbers @3 :List(Int32) = [-1, 0, 1];
  bools @4 :List(Bool) = [true, false, true];
  texts @5 :List(Text) = ["a", "", "c"];
  inners @6 :List(Inner) = [(number = 1), (text = "two"), (list = [])];
  levels @7 :List(Level) = [high, low];
  nested @8 :List(List(Int8)) = [[1, 2], [], [-3]];
  emptyText @9 :Text = "";
  emptyList @10 :List(Text) = [];
  plainInner @11 :Inner;
}

struct UnionDefaults @0xdbcb63ac55f26ae6 {
  union {
    number @0 :Int32 = 42;
    text @1 :Text = "forty-two";
    flag @2 :Bool = true;
    inner @3 :Inner = (number = 42);
    single @4 :Float32 = 0.5;
    huge @5 :Int64 = -9223372036854775808;
    level @6 :Level = middle;
  }
}
