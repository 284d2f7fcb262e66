// SPDX-License-Identifier: Apache-2.0
// An open regular file, closed when it is destroyed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <utility>

namespace cortado::server {

class File {
 public:
  /// nullopt: it is no regular file, or cannot be opened. Follows no symbolic link at the end of
  /// the path, and never waits (for the other end of a pipe).
  [[nodiscard]] static std::optional<File> open(const std::filesystem::path& path);

  File(File&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        size_(other.size_),
        modified_ns_(other.modified_ns_) {}
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  /// Bytes, when it was opened.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Nanoseconds since 1970.
  [[nodiscard]] std::int64_t modified_ns() const { return modified_ns_; }

  /// Fills `out` from `offset`; the number of bytes read, less than asked for where the file has
  /// become shorter or cannot be read.
  [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<char> out) const;

 private:
  File(int descriptor, std::uint64_t size, std::int64_t modified_ns)
      : descriptor_(descriptor), size_(size), modified_ns_(modified_ns) {}

  int descriptor_;  // -1: moved from
  std::uint64_t size_;
  std::int64_t modified_ns_;
};

}  // namespace cortado::server
