# What bench/codec encodes and decodes: shapes of messages that pages really get.
@0xbd1f89fa17369103;

enum Side {
  buy @0;
  sell @1;
}

struct Quote {
  symbol @0 :Text;
  bid @1 :Int64;
  ask @2 :Int64;
  last @3 :Float64;
  volume @4 :UInt64;
  side @5 :Side;
  halted @6 :Bool;
  depth @7 :UInt32;
}

struct Line {
  sku @0 :Text;
  name @1 :Text;
  quantity @2 :UInt32 = 1;
  unitPrice @3 :Int64;
  taxed @4 :Bool;
  discounts @5 :List(Float32);
}

struct Address {
  street @0 :Text;
  city @1 :Text;
  postalCode @2 :Text;
  country @3 :Text;
}

struct Order {
  id @0 :UInt64;
  side @1 :Side;
  customer @2 :Text;
  shipTo @3 :Address;
  billTo @4 :Address;
  lines @5 :List(Line);
  tags @6 :List(Text);
  payment :union {
    invoice @7 :Void;
    card @8 :Text;
    transfer :group {
      iban @9 :Text;
      due @10 :Int64;
    }
  }
}

struct Article {
  title @0 :Text;
  author @1 :Text;
  body @2 :Text;
  paragraphs @3 :List(Text);
  keywords @4 :List(Text);
}

struct Series {
  name @0 :Text;
  times @1 :List(Int64);
  values @2 :List(Float64);
  counts @3 :List(UInt32);
}
