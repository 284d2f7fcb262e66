# The messages in data/: every kind of value, at its limits. README.md says what is in which file.
@0xb3e1f7c29d40a586;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("cortado::vectors");

enum Color @0x91c5d2e0f7a83b46 {
  red @0;
  green @1;
  blue @2;
}

struct Scalars @0xa2d6e3f108b94c57 {
  bool @0 :Bool;
  int8 @1 :Int8;
  int16 @2 :Int16;
  int32 @3 :Int32;
  int64 @4 :Int64;
  uint8 @5 :UInt8;
  uint16 @6 :UInt16;
  uint32 @7 :UInt32;
  uint64 @8 :UInt64;
  float32 @9 :Float32;
  float64 @10 :Float64;
  color @11 :Color;
  nothing @12 :Void;
}

struct Bools @0xb3e7f40219ca5d68 {
  # Bits fill a byte, then the next, around a field of another size.
  b0 @0 :Bool;
  b1 @1 :Bool;
  b2 @2 :Bool;
  b3 @3 :Bool = true;
  b4 @4 :Bool;
  b5 @5 :Bool;
  b6 @6 :Bool;
  b7 @7 :Bool;
  number @8 :UInt8;
  b8 @9 :Bool;
  b9 @10 :Bool = true;
  big @11 :UInt32;
  b10 @12 :Bool;
}

struct Blobs @0xc4f805132adb6e79 {
  text @0 :Text;
  data @1 :Data;
  other @2 :Text;
  rest @3 :Data;
}

struct Defaults @0xd50916243bec7f8a {
  bool @0 :Bool = true;
  int8 @1 :Int8 = -128;
  int16 @2 :Int16 = -2;
  int32 @3 :Int32 = 2147483647;
  int64 @4 :Int64 = -9223372036854775808;
  uint8 @5 :UInt8 = 255;
  uint16 @6 :UInt16 = 258;
  uint32 @7 :UInt32 = 4294967295;
  uint64 @8 :UInt64 = 18446744073709551615;
  float32 @9 :Float32 = -0.5;
  float64 @10 :Float64 = inf;
  color @11 :Color = blue;
  text @12 :Text = "default";
  data @13 :Data = 0x"00 ff";
  numbers @14 :List(Int16) = [1, -1];
  point @15 :Point = (x = 3, y = 4);
  points @16 :List(Point) = [(x = 1), (y = 2)];
  plain @17 :Point;
}

struct Point @0xe61a27354cfd809b {
  x @0 :Int32;
  y @1 :Int32;
}

struct Empty @0xf72b38465d0e91ac {}

struct Lists @0x883c49576e1fa2bd {
  voids @0 :List(Void);
  bools @1 :List(Bool);
  int8s @2 :List(Int8);
  int16s @3 :List(Int16);
  int32s @4 :List(Int32);
  int64s @5 :List(Int64);
  uint8s @6 :List(UInt8);
  uint16s @7 :List(UInt16);
  uint32s @8 :List(UInt32);
  uint64s @9 :List(UInt64);
  float32s @10 :List(Float32);
  float64s @11 :List(Float64);
  texts @12 :List(Text);
  datas @13 :List(Data);
  colors @14 :List(Color);
  points @15 :List(Point);
  empties @16 :List(Empty);
  trees @17 :List(Tree);
  lists @18 :List(List(Int32));
  deep @19 :List(List(List(Text)));
  pointLists @20 :List(List(Point));
}

struct Tree @0x994d5a687f30b3ce {
  name @0 :Text;
  children @1 :List(Tree);
  next @2 :Tree;
}

struct Shape @0xaa5e6b798041c4df {
  # An unnamed union between fields, and the order of ordinals is not that of the text.
  last @7 :Text;
  union {
    nothing @0 :Void;
    circle @1 :Float64;
    label @3 :Text;
    point @4 :Point;
    color @5 :Color;
    box :group {
      width @6 :UInt16 = 10;
      title @8 :Text;
      inner :union {
        small @9 :Int8;
        large @10 :Data;
      }
    }
  }
  first @2 :Text;
  place :group {
    column @11 :UInt8;
    note @12 :Text;
  }
}

struct ItemV1 @0xbb6f7c8a9152d5e0 {
  # ItemV2 as it was before.
  id @0 :UInt32;
  name @1 :Text;
  color @2 :OldColor;
  union {
    none @3 :Void;
    count @4 :Int32;
  }

  enum OldColor @0xcc708d9ba263e6f1 {
    red @0;
    green @1;
  }
}

struct ItemV2 @0xdd819eacb374f702 {
  id @0 :UInt32;
  name @1 :Text;
  color @2 :Color;
  union {
    none @3 :Void;
    count @4 :Int32;
    weight @5 :Float64;
  }
  price @6 :Int64 = 100;
  tags @7 :List(Text);
  parent @8 :ItemV2;
}

struct BoxV1 @0xee92afbdc4850813 {
  item @0 :ItemV1;
  items @1 :List(ItemV1);
}

struct BoxV2 @0xffa3b0ced5961924 {
  item @0 :ItemV2;
  items @1 :List(ItemV2);
}

struct PlainList @0x80b4c1dfe6a72a35 {
  # A list that became one of structs: StructList reads what this wrote, and the other way round.
  numbers @0 :List(UInt32);
  texts @1 :List(Text);
}

struct StructList @0x91c5d2f0f7b83b46 {
  numbers @0 :List(Number);
  texts @1 :List(Line);

  struct Number @0xa2d6e40108c94c57 {
    value @0 :UInt32;
    more @1 :UInt32 = 7;
  }
  struct Line @0xb3e7f51219da5d68 {
    text @0 :Text;
    note @1 :Text = "none";
  }
}
