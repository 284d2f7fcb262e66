# Feed as a page knows it that was loaded before the server was updated: no padding, no interval, fewer methods.
@0x8a3fd2c6e1b05794;

using Cortado = import "/cortado/annotations.capnp";

interface Feed @0xd5e0f1b27a9c4836 {
  count @0 (from :UInt64, to :UInt64) -> (value :UInt64)
      $Cortado.stream(results = true);
}
