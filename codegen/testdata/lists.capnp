# Lists of everything, and lists of those.
@0xfba5070a2d364850;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("hazard::lists");

enum Side @0x8e760f570b2ed6b0 {
  buy @0;
  sell @1;
}

struct Empty @0x9d87206811ae26b1 {}

struct Small @0xac98317922bf37c2 {
  number @0 :Int32;
}

struct Pointers @0xbba9428a33d048d3 {
  text @0 :Text;
  next @1 :Pointers;
}

struct Lists @0xcaba539b44e159d4 {
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
  enums @14 :List(Side);
  empties @15 :List(Empty);
  smalls @16 :List(Small);
  pointers @17 :List(Pointers);
  boolLists @18 :List(List(Bool));
  textLists @19 :List(List(Text));
  structLists @20 :List(List(Small));
  deep @21 :List(List(List(UInt16)));
  voidLists @22 :List(List(Void));
  enumLists @23 :List(List(Side));
  dataLists @24 :List(List(Data));
}
