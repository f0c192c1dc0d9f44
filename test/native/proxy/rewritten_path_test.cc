// Tests forwarding/rewritten_path.h: what becomes of a path, and that canonical stays canonical.
#include "forwarding/rewritten_path.h"

#include <string>

#include "doctest/doctest.h"
#include "http/target.h"

namespace pinlatch::proxy {
namespace {

std::string Rewritten(uint32_t strip, std::string_view add, std::string_view path) {
  const snapshot::Rewrite rewrite{strip, std::string(add)};
  const RewrittenPath pieces = RewritePath(rewrite, path);
  const std::string text = std::string(pieces.prefix) + std::string(pieces.rest);
  std::string canonical;
  CHECK(http::CanonicalPath(text, canonical).ok());
  CHECK(canonical == text);
  return text;
}

TEST_CASE("segments are taken from the front, and a prefix put there") {
  struct Case {
    uint32_t strip;
    std::string_view add;
    std::string_view path;
    std::string_view expected;
  };
  for (const Case& it : {Case{0, "", "/api/a", "/api/a"},
                         {0, "", "/", "/"},
                         {1, "", "/api", "/"},
                         {1, "", "/api/", "/"},
                         {1, "", "/api/a", "/a"},
                         {1, "", "/api/a/", "/a/"},
                         {2, "", "/api/a", "/"},
                         {2, "", "/api/a/b/c", "/b/c"},
                         {1, "/v2", "/api", "/v2"},
                         {1, "/v2", "/api/", "/v2/"},
                         {1, "/v2/x", "/api/a", "/v2/x/a"},
                         {0, "/v2", "/", "/v2/"},
                         {0, "/v2", "/a", "/v2/a"},
                         {1, "", "/caf%C3%A9/%2A", "/%2A"}}) {
    CAPTURE(it.path);
    CHECK(Rewritten(it.strip, it.add, it.path) == it.expected);
  }
}

TEST_CASE("what was taken away is known") {
  CHECK(RewritePath({2, ""}, "/tenants/7/x").stripped == "/tenants/7");
  CHECK(RewritePath({1, ""}, "/api").stripped == "/api");
  CHECK(RewritePath({0, "/v2"}, "/api").stripped.empty());
}

}  // namespace
}  // namespace pinlatch::proxy
