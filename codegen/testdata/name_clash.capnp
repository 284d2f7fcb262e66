# Names that differ in the schema and would meet in generated code.
@0xc8b2d4e6fa031527;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("hazard::name_clash");

interface Market @0x9d32eaf1b5c87047 {
  getUrl @0 () -> (url :Text);
  getURL @1 () -> (url :Text);
  quote @2 (symbol :Text) -> Quote;
}

struct MarketClient @0xac43fb02c6d98158 { clash @0 :Int32; }
struct MarketService @0xbb540c13d7ea9269 { clash @0 :Int32; }

struct Quote @0xca651d24e8fba37a {
  # Named as the results of a method, and as a word generated code uses.
  price @0 :Float64;
}

struct QuoteInit @0xd9762e35f90cb48b { clash @0 :Int32; }
# Named as the type of what TypeScript encodes.

struct Service @0xe8873f460a1dc59c {
  # Named as the base of generated services.
  struct Reader2 @0xf798405711ae26ad { clash @0 :Int32; }
  item @0 :Reader2;
}

struct Channel @0x86a9515822bf37be { clash @0 :Int32; }
struct Task @0x95ba626933d048cf { clash @0 :Int32; }
struct Call @0xa4cb737a44e159d1 { clash @0 :Int32; }
struct Promise @0xb3dc848b55f26ae2 { clash @0 :Int32; }
struct Uint8Array @0xc2ed959c66037bf3 { clash @0 :Int32; }
struct Error @0xd1fea6ad77148c04 { clash @0 :Int32; }
struct StructCodec @0xe00fb7be88259d15 { clash @0 :Int32; }
struct UnknownEnumerant @0xef10c8cf9936ae26 { clash @0 :Int32; }

struct A @0xfe21d9d0aa47bf37 {
  # Nested and top-level names that are the same when joined by an underscore or nothing.
  struct B @0x8d32eae1bb58c048 { clash @0 :Int32; }
}
struct AB @0x9c43fbf2cc69d159 { clash @0 :Int32; }

struct Shape @0xab540c03dd7ae26a {
  struct Circle @0xba651d14ee8bf37b { clash @0 :Int32; }
  circle :group $Cxx.name("circleGroup") {
    # Its class in C++ would be named as the struct above.
    radius @0 :Float64;
  }
  text @1 :Text;
  string @2 :Text;
}

interface MarketA @0xc9762e25ff9c048c {
  service @0 (request :Service) -> (channel :Channel, task :Task, call :Call);
  promise @1 Promise -> Error;
}
