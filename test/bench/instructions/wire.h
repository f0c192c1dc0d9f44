// Owns a client's end of one connection to the gateway. What is written goes out in one piece when
// the client wants to read, and the gateway is given the time to do all that follows from it. Main
// thread only.
#pragma once

#include <string>

#include "base/bytes.h"
#include "instructions/gateway.h"

namespace pinlatch::instructions {

class Wire final : public ByteStream {
 public:
  // Connects and waits until the gateway has accepted.
  explicit Wire(const Gateway& gateway);
  // Ends the connection where Close did not.
  ~Wire() override;
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // Read flushes; it says kWouldBlock when the gateway rests and has sent nothing more.
  Transfer Read(MutableByteSpan into) override;
  Transfer Write(ByteSpan from) override;
  // Flush sends what was written and waits until the gateway rests again.
  void Flush();
  // Close waits until the gateway, too, has done with the connection.
  void Close();

 private:
  const Gateway& gateway_;
  int fd_ = -1;
  std::string outgoing_;
};

}  // namespace pinlatch::instructions
