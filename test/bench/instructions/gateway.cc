// See gateway.h.
#include "instructions/gateway.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <string_view>

#include "doctest/doctest.h"
#include "instructions/stillness.h"

namespace pinlatch::instructions {
namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 30\r\n\r\n"
    "thirty bytes from the service\n";

void WriteFile(const std::string& path, const std::string& content, mode_t mode) {
  unlink(path.c_str());
  std::ofstream(path, std::ios::binary) << content;
  REQUIRE(chmod(path.c_str(), mode) == 0);
}

}  // namespace

Service::Service() : listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  REQUIRE(listen(listening_, 8) == 0);
  socklen_t length = sizeof(address);
  REQUIRE(getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  port_ = ntohs(address.sin_port);
}

Service::~Service() {
  if (connection_ >= 0) close(connection_);
  close(listening_);
}

void Service::Answer() {
  if (connection_ < 0) connection_ = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
  std::string head;
  while (head.find("\r\n\r\n") == std::string::npos) {
    std::array<char, 4096> piece{};
    const ssize_t count = recv(connection_, piece.data(), piece.size(), 0);
    REQUIRE(count > 0);
    head.append(piece.data(), static_cast<size_t>(count));
  }
  const uint64_t before = Rests();
  const auto sent = send(connection_, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
  REQUIRE(sent == static_cast<ssize_t>(kAnswer.size()));
  AwaitRest(before);
}

Gateway::Beginning::Beginning() { Reseed(); }

Gateway::Gateway(const Options& options) : server_(nullptr, UnixNow, 0) {
  for (int i = 0; i < options.newcomers; ++i) {
    newcomers.push_back(
        test::Make(test::ClientTemplate("CN=newcomer " + std::to_string(100 + i)), &ca));
  }
  WriteCertificates(options);
  Start(options);
}

void Gateway::WriteCertificates(const Options& options) {
  const test::Identity own = test::Server(server_ca, options.server_key);
  WriteFile(material_.Path("server.crt"), own.Pem(), 0644);
  WriteFile(material_.Path("server.key"), own.key->Pem(), 0600);
  WriteFile(material_.Path("ca.crt"), ca.Pem(), 0644);
  WriteFile(material_.Path("pinned.crt"), pinned.Pem(), 0644);
  for (size_t i = 0; i < newcomers.size(); ++i) {
    WriteFile(material_.Path("newcomer" + std::to_string(i) + ".crt"), newcomers[i].Pem(), 0644);
  }
}

void Gateway::Start(const Options& options) {
  test::Document document;
  document.workers = 1;
  document.service_port = service.port();
  document.access_log = options.access_log;
  for (size_t i = 0; i < newcomers.size(); ++i) {
    document.pinned.push_back("newcomer" + std::to_string(i));
  }
  for (const Error& error : server_.Apply(document.Text(material_))) {
    FAIL(error.at << ": " << error.detail);
  }
  const uint64_t before = Rests();
  auto bound = server_.Start();
  REQUIRE_MESSAGE(bound.ok(), bound.error().detail);
  port_ = bound->front().port;
  AwaitRest(before);
}

test::ClientOptions Gateway::Client(bool tls13, const test::Identity& who) const {
  test::ClientOptions options;
  options.version = tls13 ? MBEDTLS_SSL_VERSION_TLS1_3 : MBEDTLS_SSL_VERSION_TLS1_2;
  options.chain = {&who};
  options.verifies = false;
  // One suite of each kind, so that no change of preferences looks like one of cost.
  options.suites = {MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
                    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384};
  return options;
}

}  // namespace pinlatch::instructions
