// A gateway whose private key takes its time: who waits for it, and who does not.
#include "slow_key.h"

#include <mbedtls/pk.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "doctest/doctest.h"
#include "server/running.h"

using namespace pinlatch;
using namespace pinlatch::test;

namespace {

// FileKey signs with the key of a PEM file, one signature at a time.
class FileKey {
 public:
  explicit FileKey(const std::string& path) {
    mbedtls_pk_init(&key_);
    std::ifstream file(path);
    const std::string pem((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const auto* text = reinterpret_cast<const unsigned char*>(pem.c_str());
    REQUIRE(mbedtls_pk_parse_key(&key_, text, pem.size() + 1, nullptr, 0, tls::FillRandom,
                                 nullptr) == 0);
  }
  ~FileKey() { mbedtls_pk_free(&key_); }
  FileKey(const FileKey&) = delete;
  FileKey& operator=(const FileKey&) = delete;
  Signature Sign(const tls::SigningRequest& request) { return SignWith(key_, request); }

 private:
  mbedtls_pk_context key_;
};

// KeyElsewhere has what Running is given before its first Apply.
struct KeyElsewhere {
  std::shared_ptr<SlowKey> key;
  tls::KeyOpener opener = [this](const snapshot::Certificate& certificate)
      -> Result<std::shared_ptr<const tls::PrivateKey>> {
    if (key == nullptr) {
      auto file = std::make_shared<FileKey>(certificate.key.path);
      key = std::make_shared<SlowKey>(
          [file](const tls::SigningRequest& request) { return file->Sign(request); });
    }
    return std::shared_ptr<const tls::PrivateKey>(key);
  };
};

// BusyKey keeps the worker that asks it busy for a while, as checks of large keys do.
class BusyKey final : public tls::PrivateKey {
 public:
  BusyKey(std::shared_ptr<const tls::PrivateKey> key, std::chrono::milliseconds busy)
      : key_(std::move(key)), busy_(busy) {}
  std::unique_ptr<tls::SignatureInProgress> Begin(tls::SigningRequest request,
                                                  std::function<void()> ready) const override {
    std::this_thread::sleep_for(busy_);
    return key_->Begin(std::move(request), std::move(ready));
  }

 private:
  const std::shared_ptr<const tls::PrivateKey> key_;
  const std::chrono::milliseconds busy_;
};

bool IsServed(TlsClient& client) {
  return client.Get("/static").find("HTTP/1.1 200 OK") != std::string::npos;
}

}  // namespace

TEST_CASE("clients wait for a slow key, those who are in do not, and all are served in the end") {
  for (const bool tls13 : {false, true}) {
    KeyElsewhere elsewhere;
    Document one_worker;
    one_worker.workers = 1;
    Running gateway(one_worker, UnixNow, 0, elsewhere.opener);
    auto first = gateway.Connect("pinned", tls13);
    REQUIRE(first);
    elsewhere.key->is_held = true;
    elsewhere.key->begun = 0;
    std::atomic<int> served = 0;
    const auto come = [&] {
      auto client = gateway.Connect("pinned", tls13);
      if (client && IsServed(*client)) ++served;
    };
    std::thread second(come);
    std::thread third(come);
    CHECK(Eventually([&] { return elsewhere.key->begun == 2; }));
    CHECK(IsServed(*first));
    CHECK(served == 0);
    elsewhere.key->is_held = false;
    second.join();
    third.join();
    CHECK(served == 2);
  }
}

TEST_CASE("a client that has spoken is not taken for silent while the worker is busy with others") {
  KeyElsewhere elsewhere;
  const tls::KeyOpener busy = [&](const snapshot::Certificate& certificate)
      -> Result<std::shared_ptr<const tls::PrivateKey>> {
    PINLATCH_ASSIGN(std::shared_ptr<const tls::PrivateKey> key, elsewhere.opener(certificate));
    return std::shared_ptr<const tls::PrivateKey>(
        std::make_shared<BusyKey>(std::move(key), std::chrono::milliseconds(200)));
  };
  Document impatient;
  impatient.workers = 1;
  impatient.first_byte_ms = 1000;  // ten clients take twice that
  Running gateway(impatient, UnixNow, 0, busy);
  std::atomic<int> served = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 10; ++i) {
    clients.emplace_back([&] {
      auto client = gateway.Connect("pinned");
      if (client && IsServed(*client)) ++served;
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(served == 10);
  CHECK(CounterOf(gateway.server, "handshakesFailed") == 0);
}

TEST_CASE("a client that leaves while the key signs for it takes nothing with it") {
  KeyElsewhere elsewhere;
  Document hasty;
  hasty.handshake_ms = 200;
  Running gateway(hasty, UnixNow, 0, elsewhere.opener);
  elsewhere.key->is_held = true;
  CHECK(gateway.Connect("pinned") == nullptr);  // its handshake takes too long
  CHECK(Eventually([&] { return elsewhere.key->given_up == 1; }));
  CHECK(gateway.NothingOpen());
  elsewhere.key->is_held = false;
  auto next = gateway.Connect("pinned");
  REQUIRE(next);
  CHECK(IsServed(*next));
}
