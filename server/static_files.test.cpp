// SPDX-License-Identifier: Apache-2.0
// Files over requests, without a socket.
#include "server/static_files.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <string>

#include "server/static_path.hpp"

namespace cortado::server {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, removed at its end.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "cortado-static-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = fs::canonical(name);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, std::string_view content) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

class Site {
 public:
  explicit Site(const ServerOptions& options) : files_(*StaticFiles::open(options)) {}
  explicit Site(const Folder& folder) : Site(options_for(folder)) {}

  Response get(std::string_view target) const { return ask(http::verb::get, target, {}); }
  Response get(std::string_view target, const http::fields& fields) const {
    return ask(http::verb::get, target, fields);
  }
  Response ask(http::verb method, std::string_view target, const http::fields& fields) const {
    return files_.respond({method, split_target(target), fields, {}, {}});
  }

 private:
  static ServerOptions options_for(const Folder& folder) {
    ServerOptions options;
    options.static_root = folder.path();
    return options;
  }
  StaticFiles files_;
};

http::fields fields(std::initializer_list<std::pair<http::field, std::string>> list) {
  http::fields result;
  for (const auto& [name, value] : list) result.set(name, value);
  return result;
}

std::string content(const Response& response) {
  if (!response.file) return response.body;
  std::string text(response.file->size, '\0');
  CHECK(response.file->file.read(response.file->offset, text) == text.size());
  return text;
}

bool has(const Response& response, std::string_view line) {
  return ("\r\n" + response.header_lines()).find("\r\n" + std::string(line) + "\r\n") !=
         std::string::npos;
}

std::string value_of(const Response& response, std::string_view name) {
  const std::string lines = "\r\n" + response.header_lines();
  const std::string start = "\r\n" + std::string(name) + ": ";
  const std::size_t at = lines.find(start);
  if (at == std::string::npos) return {};
  return lines.substr(at + start.size(), lines.find("\r\n", at + 2) - at - start.size());
}

TEST_CASE("a file is served with its type and with isolation") {
  const Folder folder;
  folder.write("app/index.html", "<h1>hello</h1>");
  folder.write("app/core.wasm", "\0asm");
  const Site site(folder);
  const Response page = site.get("/app/?x=1");
  CHECK(page.status == 200);
  CHECK(content(page) == "<h1>hello</h1>");
  CHECK(has(page, "Content-Type: text/html; charset=utf-8"));
  CHECK(has(page, "Cross-Origin-Opener-Policy: same-origin"));
  CHECK(has(page, "Cross-Origin-Embedder-Policy: require-corp"));
  CHECK(has(page, "Cross-Origin-Resource-Policy: same-origin"));
  CHECK(has(site.get("/app/core.wasm"), "Content-Type: application/wasm"));
}

TEST_CASE("isolation can be turned off") {
  const Folder folder;
  folder.write("a.txt", "a");
  ServerOptions options;
  options.static_root = folder.path();
  options.cross_origin_isolation = false;
  CHECK(value_of(Site(options).get("/a.txt"), "Cross-Origin-Opener-Policy").empty());
}

TEST_CASE("folders are never listed, and lead to their index with a slash") {
  const Folder folder;
  folder.write("with/index.html", "index");
  folder.write("without/a.txt", "a");
  const Site site(folder);
  const Response moved = site.get("/with?q=1");
  CHECK(moved.status == 308);
  CHECK(has(moved, "Location: /with/?q=1"));
  CHECK(site.get("/without/").status == 404);
  CHECK(site.get("/without").status == 404);
  CHECK(site.get("/").status == 404);
  // Must not become a link to another host.
  CHECK(site.get("//with").status == 404);
}

TEST_CASE("no path leads out of the folder") {
  const Folder outer;
  outer.write("secret.txt", "secret");
  outer.write("root/a.txt", "a");
  outer.write("root-but-longer/b.txt", "b");
  outer.write("root/.git/config", "hidden");
  outer.write("root/.well-known/security.txt", "known");
  outer.write("root/sub/c.txt", "c");
  fs::create_symlink("../secret.txt", outer.path() / "root/link.txt");
  fs::create_directory_symlink("..", outer.path() / "root/up");
  fs::create_symlink("sub/c.txt", outer.path() / "root/inside.txt");
  fs::create_symlink("/etc/passwd", outer.path() / "root/passwd");
  ServerOptions options;
  options.static_root = outer.path() / "root";
  const Site site(options);
  for (const std::string path : {
           "/../secret.txt",
           "/%2e%2e/secret.txt",
           "/%2E%2E%2Fsecret.txt",
           "/..%2fsecret.txt",
           "/sub/../../secret.txt",
           "/sub/%2e%2e/a.txt",
           "/./a.txt",
           "/.%2fa.txt",
           "//a.txt",
           "/..\\secret.txt",
           "/..%5csecret.txt",
           "/%252e%252e/secret.txt",
           "/a.txt%00.html",
           "/a.txt/",
           "/link.txt",
           "/up/secret.txt",
           "/passwd",
           "/.git/config",
           "/%2egit/config",
           "/../root-but-longer/b.txt",
           "/etc/passwd",
           "//etc/passwd",
           "/a%zz.txt",
           "/%",
           "/sub",
           "/...",
           "/ a.txt",
           "/%0aa.txt",
       }) {
    CAPTURE(path);
    CHECK(site.get(path).status == 404);
  }
  CHECK(content(site.get("/a.txt")) == "a");
  CHECK(content(site.get("/inside.txt")) == "c");
  CHECK(content(site.get("/.well-known/security.txt")) == "known");
}

TEST_CASE("what is no regular file is not opened") {
  const Folder folder;
  REQUIRE(::system(("mkfifo " + (folder.path() / "pipe").string()).c_str()) == 0);
  CHECK(Site(folder).get("/pipe").status == 404);
}

TEST_CASE("the longest mount wins") {
  const Folder one;
  const Folder two;
  one.write("docs/a.txt", "one");
  one.write("b.txt", "one");
  two.write("a.txt", "two");
  ServerOptions options;
  options.static_root = one.path();
  options.mounts = {{"docs", two.path()}};
  const Site site(options);
  CHECK(content(site.get("/docs/a.txt")) == "two");
  CHECK(content(site.get("/b.txt")) == "one");
  CHECK(site.get("/docsy/a.txt").status == 404);
}

TEST_CASE("a folder that is not there is refused by name") {
  ServerOptions options;
  options.static_root = "no/such/folder";
  const auto files = StaticFiles::open(options);
  REQUIRE(!files.has_value());
  CHECK(files.error().starts_with("cannot serve 'no/such/folder': "));
}

TEST_CASE("what the client has is not sent again") {
  const Folder folder;
  folder.write("a.txt", "a");
  const Site site(folder);
  const Response first = site.get("/a.txt");
  const std::string etag = value_of(first, "ETag");
  CHECK(etag.starts_with('"'));
  const Response again = site.get("/a.txt", fields({{http::field::if_none_match, etag}}));
  CHECK(again.status == 304);
  CHECK(!again.file.has_value());
  CHECK(value_of(again, "ETag") == etag);
  const std::string date = value_of(first, "Last-Modified");
  CHECK(site.get("/a.txt", fields({{http::field::if_modified_since, date}})).status == 304);
  CHECK(site.get("/a.txt",
                 fields({{http::field::if_modified_since, "Sun, 06 Nov 1994 08:49:37 GMT"}}))
            .status == 200);
  // A validator is believed before a date.
  CHECK(site.get("/a.txt", fields({{http::field::if_none_match, "\"other\""},
                                   {http::field::if_modified_since, date}}))
            .status == 200);
  folder.write("a.txt", "ab");
  CHECK(site.get("/a.txt", fields({{http::field::if_none_match, etag}})).status == 200);
}

TEST_CASE("ranges") {
  const Folder folder;
  folder.write("a.txt", "0123456789");
  const Site site(folder);
  const Response part = site.get("/a.txt", fields({{http::field::range, "bytes=2-4"}}));
  CHECK(part.status == 206);
  CHECK(content(part) == "234");
  CHECK(has(part, "Content-Range: bytes 2-4/10"));
  const Response beyond = site.get("/a.txt", fields({{http::field::range, "bytes=10-"}}));
  CHECK(beyond.status == 416);
  CHECK(has(beyond, "Content-Range: bytes */10"));
  const Response stale = site.get(
      "/a.txt", fields({{http::field::range, "bytes=2-4"}, {http::field::if_range, "\"old\""}}));
  CHECK(stale.status == 200);
  CHECK(content(stale) == "0123456789");
}

TEST_CASE("a file packed beforehand is sent to who takes it, unless it is stale") {
  const Folder folder;
  folder.write("a.js", "plain");
  folder.write("a.js.br", "brotli");
  folder.write("a.js.gz", "gzip");
  const Site site(folder);
  const Response brotli = site.get("/a.js", fields({{http::field::accept_encoding, "gzip, br"}}));
  CHECK(content(brotli) == "brotli");
  CHECK(has(brotli, "Content-Encoding: br"));
  CHECK(has(brotli, "Content-Type: text/javascript; charset=utf-8"));
  CHECK(has(brotli, "Vary: Accept-Encoding"));
  CHECK(content(site.get("/a.js", fields({{http::field::accept_encoding, "gzip"}}))) == "gzip");
  const Response plain = site.get("/a.js");
  CHECK(content(plain) == "plain");
  CHECK(value_of(plain, "ETag") != value_of(brotli, "ETag"));
  CHECK(content(site.get("/a.js", fields({{http::field::accept_encoding, "br"},
                                          {http::field::range, "bytes=0-1"}}))) == "pl");

  fs::last_write_time(folder.path() / "a.js.br",
                      fs::last_write_time(folder.path() / "a.js") - std::chrono::hours(1));
  CHECK(content(site.get("/a.js", fields({{http::field::accept_encoding, "br"}}))) == "plain");
}

TEST_CASE("only reading is possible") {
  const Folder folder;
  folder.write("a.txt", "a");
  const Response refused = Site(folder).ask(http::verb::put, "/a.txt", {});
  CHECK(refused.status == 405);
  CHECK(has(refused, "Allow: GET, HEAD"));
}

}  // namespace
}  // namespace cortado::server
