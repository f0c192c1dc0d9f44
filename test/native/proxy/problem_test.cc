// Tests record/problem.h and record/request_id.h.
#include "record/problem.h"

#include <set>

#include "doctest/doctest.h"
#include "record/request_id.h"

TEST_CASE("a problem names its code, status and request and nothing specific") {
  CHECK(pinlatch::proxy::ProblemBody(pinlatch::ErrorCode::kNotPinned, "abc") ==
        R"({"type":"urn:pinlatch:problem:not-pinned","title":"Forbidden","status":403,)"
        R"("detail":"The client certificate is not pinned to this route.",)"
        R"("instance":"urn:pinlatch:request:abc","code":"not-pinned","requestId":"abc"})"
        "\n");
}

TEST_CASE("request ids are 32 hexadecimal digits and do not repeat, also across sources") {
  std::set<std::string> seen;
  for (int source = 0; source < 4; ++source) {
    pinlatch::proxy::RequestIds ids;
    for (int i = 0; i < 1000; ++i) {
      std::string id;
      ids.Next(id);
      CHECK(id.size() == 32);
      CHECK(seen.insert(id).second);
    }
  }
}
