// Tests forwarding/forwarded_trailers.h: what passes, and that nobody speaks in the gateway's name
// behind the body.
#include "forwarding/forwarded_trailers.h"

#include <string>

#include "doctest/doctest.h"
#include "forwarding/header_edits.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

std::string Forwarded(std::vector<http::Field> trailers, const FieldNameSet& names = {},
                      const FieldNameSet& dropped = {}) {
  const std::vector<std::string> guarded = {"proxy", "x-some-*"};
  const FieldNameSet guarded_names = FieldNameSet::OfGuarded(guarded);
  std::vector<http::Field> into = {{"left", "over"}};
  SelectForwardedTrailers(trailers, {names, guarded_names, dropped}, into);
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
                   {"via", "1.1 somebody"},
                   {"max-forwards", "9"},
                   {"proxy", "http://x"},
                   {"x_some.thing", "1"},
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

TEST_CASE("what the route removes or sets does not pass, in any spelling") {
  snapshot::Snapshot snapshot;
  snapshot::ProxyTo proxy;
  proxy.forwarding.request = {{{"X-Version", "2"}}, {}, {"X-Foo"}};
  proxy.forwarding.response = {{}, {}, {"X-Bar"}};
  snapshot.routes.emplace_back().action = proxy;
  const std::vector<RouteEdits> edits = CompileEdits(snapshot);
  const std::vector<http::Field> trailers = {
      {"x-version", "1"}, {"x_foo", "1"}, {"X.Bar", "1"}, {"x-sum", "1"}};
  CHECK(Forwarded(trailers, {}, edits.front().request.dropped) == "X.Bar x-sum ");
  CHECK(Forwarded(trailers, {}, edits.front().response.dropped) == "x-version x_foo x-sum ");
}
