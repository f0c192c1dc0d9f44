// See wire.h.
#include "instructions/wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "doctest/doctest.h"
#include "instructions/stillness.h"

namespace pinlatch::instructions {

Wire::Wire(const Gateway& gateway)
    : gateway_(gateway), fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(gateway.port());
  const uint64_t before = Rests();
  REQUIRE(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  AwaitRest(before);
}

Wire::~Wire() { Close(); }

Transfer Wire::Read(MutableByteSpan into) {
  Flush();
  const ssize_t count = recv(fd_, into.data(), into.size(), MSG_DONTWAIT);
  if (count > 0) return Transfer::Moved(static_cast<size_t>(count));
  if (count == 0) return Transfer::End();
  return errno == EAGAIN ? Transfer::WouldBlock() : Transfer::Failed(errno);
}

Transfer Wire::Write(ByteSpan from) {
  outgoing_.append(AsText(from));
  return Transfer::Moved(from.size());
}

void Wire::Flush() {
  if (outgoing_.empty()) return;
  const uint64_t before = Rests();
  const auto sent = send(fd_, outgoing_.data(), outgoing_.size(), MSG_NOSIGNAL);
  REQUIRE(sent == static_cast<ssize_t>(outgoing_.size()));
  outgoing_.clear();
  AwaitRest(before);
}

void Wire::Close() {
  if (fd_ < 0) return;
  // Where the gateway was the first to close, nothing comes to it any more.
  const bool is_open = gateway_.Serves();
  const uint64_t before = Rests();
  close(fd_);
  fd_ = -1;
  if (is_open) AwaitRest(before);
  REQUIRE(!gateway_.Serves());
}

}  // namespace pinlatch::instructions
