// Makes the seeds of the fuzz target snapshot: the full document of the snapshot tests, and what
// differs from it in one thing. So a new key of the document costs no edit here.
#include <doctest/doctest.h>

#include "seeds/document.h"
#include "seeds/seed_folder.h"
#include "snapshot/test_document.h"

namespace pinlatch::fuzz {
namespace {

const std::string kRefused = "refuse-snapshot-invalid-";

void Write(const SeedFolder& folder, const std::string& name, const Document& document) {
  folder.Write(name, AsBytes(document.Text()));
}

// With writes the seed that the full document with `value` at `place` makes.
void With(const SeedFolder& folder, const std::string& name, std::string_view place,
          std::string_view value) {
  folder.Write(name, AsBytes(snapshot::Changed(place, value)));
}

void WriteAccepted(const SeedFolder& folder) {
  folder.Write("accept-full", AsBytes(snapshot::FullDocument()));
  With(folder, "accept-any-host", "/routes/0/host", "null");
  With(folder, "accept-ipv6-host", "/routes/0/host", R"("[::1]")");
  With(folder, "accept-no-prefix", "/routes/1/path/prefix", "false");
  With(folder, "accept-parameter", "/routes/1/path/segments", R"([{"parameter":"id"}])");
  With(folder, "accept-service-host", "/routes/0/action/rewrite/host", R"("upstream")");
  With(folder, "accept-no-client-is-pinned", "/clients/0/pins", "[]");
  With(folder, "accept-empty-body", "/routes/1/action/body", R"("")");
  With(folder, "accept-tcp-by-any-name", "/tcpRoutes/0/sendProxyProtocol", "null");
  Document nothing;
  for (const char* list :
       {"/trust", "/clients", "/applications", "/upstreams", "/listeners", "/routes", "/tcpRoutes"})
    nothing.Set(list, "[]");
  Write(folder, "accept-empty", nothing);
  Document several;
  several.Copy("/routes/2", "/routes/-")
      .Set("/routes/5/name", R"("open-put")")
      .Set("/routes/5/at", R"("/routes/7")")
      .Set("/routes/5/methods", R"(["PUT"])");
  Write(folder, "accept-two-methods-of-a-path", several);
  Document serials;
  serials.Set("/clients/2/when/of/1/of/1/field", R"("san.dns")")
      .Set("/clients/2/when/of/1/of/1/oneOf/0",
           R"({"kind":"glob","pattern":"kiosk-*.example.com"})");
  Write(folder, "accept-condition-on-host-names", serials);
}

void WriteNoDocuments(const SeedFolder& folder) {
  const std::string full = snapshot::FullDocument();
  folder.Write(kRefused + "document-cut", AsBytes(full.substr(0, full.size() / 2)));
  folder.Write(kRefused + "document-nested", AsBytes(std::string(1500, '[')));
  folder.Write(kRefused + "document-surrogate", AsBytes(R"({"format":"\ud800"})"));
  folder.Write(kRefused + "document-missing-key", AsBytes(snapshot::Removed("/drainMs")));
  folder.Write(kRefused + "routes-doubled-key", AsBytes(snapshot::Doubled("/routes")));
  With(folder, kRefused + "document-unknown-key", "/extra", "1");
}

void WriteRefused(const SeedFolder& folder) {
  const auto refused = [&](const std::string& name, std::string_view place,
                           std::string_view value) { With(folder, kRefused + name, place, value); };
  refused("trust.0.deny.1.value-no-serial", "/trust/0/deny/1/value", R"("0x1G")");
  refused("trust.0.minRsaBits-weak", "/trust/0/minRsaBits", "1024");
  refused("clients.0-neither-pins-nor-condition", "/clients/0/pins", "null");
  refused("clients.0.pins.1-ends-before-it-begins", "/clients/0/pins/1/expires", "1600000000");
  refused("clients.2.when.of.1.of.0.oneOf.0.bits-wide", "/clients/2/when/of/1/of/0/oneOf/0/bits",
          "33");
  refused("upstreams.1-tls-endpoint-without-tls", "/upstreams/1/tls", "null");
  refused("listeners.0.trust-unknown", "/listeners/0/trust", R"("nobody")");
  refused("routes.0.path.segments.0.literal-encoded-slash", "/routes/0/path/segments/0",
          R"({"literal":"a%2fb"})");
  refused("routes.1.action.fields.0.0-frames", "/routes/1/action/fields/0",
          R"(["Content-Length","4"])");
  refused("routes.1.action.fields.0.1-splits", "/routes/1/action/fields/0",
          R"(["X-A","a\r\nX-B: b"])");
  refused("tcpRoutes.0.upstream-unknown", "/tcpRoutes/0/upstream", R"("nobody")");
  Document both;
  Write(folder, kRefused + "trust.2.ca-beside-pinned", both.Copy("/trust/1/ca", "/trust/2/ca"));
  Document twice;
  twice.Copy("/routes/2", "/routes/-").Set("/routes/5/name", R"("again")");
  Write(folder, kRefused + "routes.2-same-pattern", twice);
}

}  // namespace

TEST_CASE("seeds of snapshot") {
  const SeedFolder folder("snapshot");
  WriteAccepted(folder);
  WriteNoDocuments(folder);
  WriteRefused(folder);
}

}  // namespace pinlatch::fuzz
