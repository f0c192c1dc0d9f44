// See fixture.h.
#include "server/fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/encoding.h"
#include "doctest/doctest.h"
#include "identity/describe.h"
#include "keys/issuer.h"
#include "keys/library.h"
#include "material/certificate_file.h"
#include "provider.h"
#include "snapshot/listener_numbers.h"
#include "telemetry/counters.h"

namespace pinlatch::test {
namespace {

void MakeCertificate(const tls::IssueRequest& request) {
  const Status issued = tls::Issue(request);
  REQUIRE_MESSAGE(issued.ok(), issued.error().detail);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

constexpr UnixSeconds kAuthorityLife = 10 * 86400;
constexpr size_t kFloodBytes = size_t{64} << 20;

// BodyLength reads Content-Length, which is all that the gateway sends for these tests.
size_t BodyLength(std::string_view head) {
  const size_t at = head.find("Content-Length: ");
  return at == std::string_view::npos ? 0 : std::strtoul(head.data() + at + 16, nullptr, 10);
}

}  // namespace

Material::Material() {
  REQUIRE(tls::InitialiseLibrary().ok());
  std::string folder = (std::filesystem::temp_directory_path() / "pinlatch-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  folder_ = folder;
  IssueAuthority("ca");
  tls::IssueRequest server;
  server.kind = tls::IssueRequest::Kind::kServer;
  server.subject = "CN=localhost";
  server.dns_names = {"localhost"};
  server.not_before = UnixNow() - 3600;
  server.not_after = UnixNow() + kAuthorityLife;
  server.certificate_path = Path("server.crt");
  server.key_path = Path("server.key");
  server.issuer_certificate_path = Path("ca.crt");
  server.issuer_key_path = Path("ca.key");
  MakeCertificate(server);
  IssueClient("pinned");
  IssueClient("other");
}

Material::~Material() { std::filesystem::remove_all(folder_); }

void Material::IssueAuthority(const std::string& name) {
  tls::IssueRequest authority;
  authority.kind = tls::IssueRequest::Kind::kAuthority;
  authority.subject = "CN=Test " + name;
  authority.not_before = UnixNow() - 3600;
  authority.not_after = UnixNow() + kAuthorityLife;
  authority.certificate_path = Path(name + ".crt");
  authority.key_path = Path(name + ".key");
  MakeCertificate(authority);
}

void Material::IssueClient(const std::string& name, UnixSeconds not_after) {
  tls::IssueRequest client;
  client.kind = tls::IssueRequest::Kind::kClient;
  client.subject = "CN=" + name;
  client.not_before = UnixNow() - 3600;
  client.not_after = not_after == 0 ? UnixNow() + 86400 : not_after;
  client.certificate_path = Path(name + ".crt");
  client.key_path = Path(name + ".key");
  client.issuer_certificate_path = Path("ca.crt");
  client.issuer_key_path = Path("ca.key");
  MakeCertificate(client);
}

std::string Material::Sha256(const std::string& name) const {
  const std::string pem = ReadFile(Path(name + ".crt"));
  const auto certificates = material::SplitCertificates(AsBytes(pem));
  REQUIRE(certificates.ok());
  REQUIRE(certificates->size() == 1);
  return HexEncode(identity::Sha256Of(certificates->front()));
}

std::string EndpointAt(uint16_t port, uint32_t weight, bool backup) {
  return R"({"kind":"tcp","host":"127.0.0.1","port":)" + std::to_string(port) + R"(,"weight":)" +
         std::to_string(weight) + R"(,"backup":)" + (backup ? "true}" : "false}");
}

std::string Document::Text(const Material& material) const {
  const auto file = [&](const std::string& name) {
    return R"({"path":)" + Quote(material.Path(name + ".crt")) + R"(,"sha256":[)" +
           Quote(material.Sha256(name)) + "]}";
  };
  const auto number = [](uint64_t value) { return std::to_string(value); };
  std::string pins;
  for (const std::string& name : pinned) {
    pins += (pins.empty() ? "" : ",") + std::string(R"({"kind":"sha256","value":)") +
            Quote(material.Sha256(name)) + R"(,"label":"","notBefore":null,"expires":null})";
  }
  std::string deny;
  for (const std::string& name : denied) {
    deny += (deny.empty() ? "" : ",") + std::string(R"({"kind":"sha256","value":)") +
            Quote(material.Sha256(name)) + "}";
  }
  const std::string open_to = open_allow.empty() ? R"({"clients":["pinned"]})" : Quote(open_allow);
  const snapshot::Numbers limits = snapshot::UsualLimits()
                                       .Set("connections", connections)
                                       .Set("handshakes", handshakes)
                                       .Set("connectionsPerAddress", connections_per_address)
                                       .Set("handshakesPerAddress", handshakes_per_address)
                                       .Set("handshakePeriodMs", 3600000)
                                       .Set("handshakeBurst", handshakes_per_address);
  const snapshot::Numbers timeouts = snapshot::UsualTimeouts()
                                         .Set("firstByteMs", first_byte_ms)
                                         .Set("handshakeMs", handshake_ms)
                                         .Set("headMs", head_ms)
                                         .Set("bodyMs", body_ms)
                                         .Set("writeMs", write_ms)
                                         .Set("idleMs", idle_ms)
                                         .Set("evictionMs", eviction_ms);
  const std::string path = R"("anySlash":null,"anyCase":null,"trailingSlash":false,"prefix":)";
  return R"({"format":"pinlatch-snapshot/1","workers":)" + number(workers) +
         R"(,"drainMs":5000,"tickets":{"lifetimeSeconds":7200,"rotateSeconds":7200},"cryptoProvider":)" +
         Quote(TestProvider()) + R"(,"accessLog":)" + Quote(access_log) +
         R"(,"via":true,"guardedFields":["Proxy"],"trust":[{"name":"t","at":"/trust/t","selfSigned":false,"ca":[)" +
         file(authority) + R"(],"pinned":[],"revocation":null,"deny":[)" + deny +
         R"(],"minRsaBits":2048,"maxDepth":8}],"clients":[{"name":"pinned","at":"/clients/pinned","pins":[)" +
         pins +
         R"(],"when":null,"scopes":[]}],"applications":[],"upstreams":[{"name":"service","at":"/upstreams/service","endpoints":[)" +
         (endpoints.empty() ? EndpointAt(service_port) : endpoints) +
         R"(],"protocol":"http1","tls":null,"connectMs":5000,"responseMs":)" + number(response_ms) +
         R"(,"idleMs":10000,"keepAliveMs":10000,"maxIdle":8,)" + balancing +
         R"(}],"listeners":[{"name":"edge",)"
         R"("at":"/listeners/edge","address":"127.0.0.1","port":)" +
         number(port) + R"(,"front":)" + front +
         R"(,"certificates":[{"at":"/listeners/edge/certificates/0","chain":)" + file("server") +
         R"(,"key":{"secret":)" + Quote(material.Path("server.key")) + "}" +
         R"(,"names":[]}],"names":[],"unknownNames":"default","protocols":["h2","http/1.1"],"tickets":true,"announceAuthorities":false,"clientAuth":)" +
         Quote(client_auth) +
         R"(,"trust":"t","minVersion":"1.2","forwardIdentity":["envoy"],"limits":)" +
         limits.Text() + R"(,"timeouts":)" + timeouts.Text() +
         R"(}],"routes":[{"name":"static","at":"/routes/0","listeners":["edge"],"host":null,)"
         R"("path":{"segments":[{"literal":"static"}],)" +
         path +
         R"(false},"methods":null,"allow":{"clients":["pinned"]},"scopes":[],"action":{"kind":"respond",)"
         R"("status":200,"fields":[["Content-Type","text/plain"]],"body":"hello"},"bodyBytes":null,"forwardIdentity":null,"refuseFields":[]},)"
         R"({"name":"api","at":"/routes/1","listeners":["edge"],"host":null,"path":{"segments":)"
         R"([{"literal":"api"}],)" +
         path +
         R"(true},"methods":null,"allow":{"clients":["pinned"]},"scopes":[],"action":{"kind":"proxy",)"
         R"("upstream":"service",)" +
         forwarding +
         R"(},"bodyBytes":null,"forwardIdentity":null,"refuseFields":[]},{"name":"open","at":"/routes/2","listeners":["edge"],"host":null,)"
         R"("path":{"segments":[{"literal":"open"}],)" +
         path + R"(true},"methods":null,"allow":)" + open_to +
         R"(,"scopes":[],"action":{"kind":"respond","status":204,)"
         R"("fields":[],"body":""},"bodyBytes":null,"forwardIdentity":null,"refuseFields":[]}],"tcpRoutes":)" +
         tcp_routes + "}";
}

Service::Service() {
  listening_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  REQUIRE(listen(listening_, 256) == 0);
  socklen_t length = sizeof(address);
  REQUIRE(getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { Accept(); });
}

Service::~Service() {
  stopping_ = released_ = true;
  shutdown(listening_, SHUT_RDWR);
  accepting_.join();
  for (std::thread& thread : serving_) thread.join();
  close(listening_);
}

void Service::Accept() {
  for (;;) {
    const int fd = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    // A read that gives up now and then notices the end of the test.
    const timeval patience{0, 50000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    serving_.emplace_back([this, fd] { Serve(fd); });
  }
}

void Service::Serve(int fd) {
  std::string received;
  size_t body_left = 0;
  std::string head;
  char piece[16384];
  while (!stopping_) {
    const ssize_t count = recv(fd, piece, sizeof(piece), 0);
    if (count == 0) break;
    if (count < 0 && errno != EAGAIN) break;
    if (count > 0) received.append(piece, static_cast<size_t>(count));
    if (head.empty()) {
      const size_t end = received.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      head = received.substr(0, end + 4);
      received.erase(0, end + 4);
      body_left = BodyLength(head);
    }
    const size_t taken = std::min(body_left, received.size());
    received.erase(0, taken);
    body_left -= taken;
    if (body_left > 0) continue;
    const std::string response = Respond(head, BodyLength(head));
    head.clear();
    if (send(fd, response.data(), response.size(), MSG_NOSIGNAL) < 0) break;
  }
  close(fd);
}

std::string Service::Respond(std::string_view head, size_t body_length) {
  const std::string line(head.substr(0, head.find(" HTTP/")));
  if (line.find(" /api/slow") != std::string::npos) {
    ++held_;
    while (!released_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const bool floods = line.find(" /api/flood") != std::string::npos;
  const std::string body =
      floods ? std::string(kFloodBytes, 'f') : line + " " + std::to_string(body_length);
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

uint64_t CounterOf(const server::Server& server, std::string_view name) {
  constexpr std::string_view kNames[] = {
#define PINLATCH_COUNTER_NAME(field, text) text,
      PINLATCH_COUNTERS(PINLATCH_COUNTER_NAME)
#undef PINLATCH_COUNTER_NAME
  };
  const std::vector<uint64_t> values = server.ReadCounters();
  for (size_t i = 0; i < values.size(); ++i) {
    if (kNames[i] == name) return values[i];
  }
  FAIL("no such counter");
  return 0;
}

}  // namespace pinlatch::test
