// Owns a gateway with one worker, the certificates of its clients, and the service behind it. The
// service is the main thread, too: it answers when the test says so.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/fixture.h"
#include "server/server.h"
#include "tls/certificate_maker.h"
#include "tls/test_client.h"

namespace pinlatch::instructions {

// Service is a plain HTTP/1.1 service with one kept connection.
class Service {
 public:
  Service();
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  uint16_t port() const { return port_; }
  // Answer reads one request without a body, answers it, and waits until the gateway rests.
  void Answer();

 private:
  int listening_ = -1;
  int connection_ = -1;
  uint16_t port_ = 0;
};

struct Options {
  test::KeyKind server_key = test::KeyKind::kP256;
  std::string access_log = "off";
  int newcomers = 0;  // further pinned clients
};

class Gateway {
 public:
  explicit Gateway(const Options& options = {});

  // Client is what a client of this gateway needs, with the certificate `who`.
  test::ClientOptions Client(bool tls13, const test::Identity& who) const;
  uint16_t port() const { return port_; }
  // Serves says whether a connection is open.
  bool Serves() const { return test::CounterOf(server_, "connectionsOpen") != 0; }
  // Forget takes the lines of the log, as the control plane does.
  void Forget() { server_.DrainEvents(); }

 private:
  // First: everything that is made afterwards is made of the same random numbers.
  struct Beginning {
    Beginning();
  } beginning_;

  void WriteCertificates(const Options& options);
  void Start(const Options& options);

  test::Material material_;

 public:
  const test::Identity server_ca = test::Authority("server authority");
  const test::Identity ca = test::Authority("ca");
  const test::Identity pinned = test::Make(test::ClientTemplate("CN=pinned"), &ca);
  std::vector<test::Identity> newcomers;
  // Of the trusted authority's name, with another key, and one whom it has made a certificate for.
  const test::Identity false_ca = test::Authority("ca");
  const test::Identity stranger = test::Make(test::ClientTemplate("CN=stranger"), &false_ca);
  Service service;

 private:
  server::Server server_;
  uint16_t port_ = 0;
};

}  // namespace pinlatch::instructions
