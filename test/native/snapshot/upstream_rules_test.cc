// Which values the fields of an upstream take, each for itself and together.
#include "doctest/doctest.h"
#include "snapshot/document_checks.h"

namespace pinlatch::snapshot {
namespace {

using std::string_view;

TEST_CASE("the parts of an upstream must fit together") {
  struct Case {
    string_view place;
    string_view value;
    string_view refused_at;
  };
  for (const Case& it : {
           Case{"/upstreams/0/balancing/policy", "\"round-robin\"", "/upstreams/0/balancing"},
           {"/upstreams/0/health/timeoutMs", "9", "/upstreams/0/health"},
           {"/upstreams/0/health/expectTo", "200", "/upstreams/0/health/expectTo"},
           {"/upstreams/0/ejection/baseMs", "14", "/upstreams/0/ejection"},
           {"/upstreams/0/endpoints/0/backup", "true", "/upstreams/0/endpoints"},
           {"/upstreams/0/endpoints/1",
            R"({"kind":"tcp","host":"127.0.0.1","port":9000,"weight":1,"backup":true})",
            "/upstreams/0/endpoints"},
       }) {
    CheckRefuses(it.place, {it.value}, it.refused_at);
  }
}

TEST_CASE("what a health check sends holds nothing that could end its line") {
  CheckTakes("/upstreams/0/health/target", {"\"/\"", "\"/a?b=c&d\""});
  CheckRefuses("/upstreams/0/health/target",
               {"\"\"", "\"a\"", "\"/ a\"", "\"/a#b\"", "\"/\\r\\n\"", "\"/ü\""});
  CheckTakes("/upstreams/0/health/host", {"\"a\"", "\"[::1]:80\""});
  CheckRefuses("/upstreams/0/health/host", {"\"\"", "\"a b\"", "\"a/b\"", "\"a\\n\""});
  CheckTakes("/upstreams/0/balancing/hashHeader", {"\"cookie\"", "\"x_y\""});
  CheckRefuses("/upstreams/0/balancing/hashHeader",
               {"\"\"", "\"X-Session\"", "\"a b\"", "\"content-length\""});
}

}  // namespace
}  // namespace pinlatch::snapshot
