// Tests proxy/forwarded_trailers.h: what passes, and that nobody speaks in the gateway's name
// behind the body.
#include "proxy/forwarded_trailers.h"

#include <string>

#include "doctest/doctest.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

std::string Forwarded(std::vector<http::Field> trailers, const FieldNameSet& names = {}) {
  const std::vector<std::string> guarded = {"Proxy"};
  std::vector<http::Field> into = {{"left", "over"}};
  SelectForwardedTrailers(trailers, names, FieldNameSet::Of(guarded), into);
  std::string text;
  for (const http::Field& field : into) text.append(field.name).append(" ");
  return text;
}

}  // namespace

TEST_CASE("trailers of the message itself pass, in their order") {
  CHECK(Forwarded({{"grpc-status", "0"}, {"x-sum", "1"}, {"grpc-message", ""}}) ==
        "grpc-status x-sum grpc-message ");
  CHECK(Forwarded({}).empty());
}

TEST_CASE("what belongs to a head or to the connection does not pass") {
  CHECK(Forwarded({{"Content-Length", "1"},
                   {"transfer-encoding", "chunked"},
                   {"host", "a"},
                   {"Authorization", "x"},
                   {"set-cookie", "a=b"},
                   {"te", "trailers"},
                   {"proxy", "http://x"},
                   {"connection", "close"}})
            .empty());
}

TEST_CASE("what belongs to the gateway does not pass, in any spelling") {
  snapshot::Snapshot snapshot;
  snapshot.listeners.emplace_back();
  snapshot::ForwardedIdentity own;
  own.preset = snapshot::IdentityPreset::kField;
  own.header = "X-Client-CN";
  snapshot.listeners[0].forward_identity.push_back(own);
  const FieldNameSet names = FieldNameSet::Of(snapshot);
  CHECK(Forwarded({{"x-forwarded-client-cert", "Hash=00"},
                   {"X_Forwarded_For", "1.2.3.4"},
                   {"x-client_cn", "root"}},
                  names)
            .empty());
}
