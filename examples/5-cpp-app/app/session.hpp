// SPDX-License-Identifier: Apache-2.0
// Taking part in a board over the network: carries a picture to the server and back, for as long as
// there is one. The same code in a page and in a terminal; all it needs is <cortado/client.hpp>.
//
// Two things bring a stroke to the others exactly once. A connection that is lost and resumed is the
// library's matter: this code does not notice. When the session is lost too (the server was restarted,
// the machine slept for an hour) the call ends with an error; then this code joins again and sends
// what the board has not confirmed, which is no harm where the board has it.
#pragma once

#include <cortado/client.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/picture.hpp"
#include "board.cortado.hpp"

namespace board {

class Session {
 public:
  /// `url`: as for cortado::connect(). All must outlive it, and the tasks that wait on it.
  Session(cortado::EventLoop& loop, std::string url, Person me);

  /// Takes part until that is no longer possible; end() says why. Once.
  cortado::Task<void> run();

  /// Waits until anything that can be seen here has changed.
  [[nodiscard]] cortado::WaitList::Waiter changed() { return changed_.wait(); }

  [[nodiscard]] const Picture& picture() const { return picture_; }
  /// Of the connection; nullopt before the first.
  [[nodiscard]] std::optional<cortado::ClientStatus> status() const;
  /// How the person here is called and draws; their cursor is in the picture only.
  [[nodiscard]] const Person& me() const { return me_; }
  /// What became of the last undo() or clear(), when it was nothing good.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }
  /// Why it is over; nullopt: it is not.
  [[nodiscard]] const std::optional<cortado::Error>& end() const { return end_; }
  /// Nothing that was done here waits for the server.
  [[nodiscard]] bool is_settled() const;

  // --- what the person does ----------------------------------------------------------------------

  void introduce(std::string_view name, Color color);
  void pen_down(std::uint8_t pen_width, Point at);
  void pen_move(Point to);
  void pen_up();
  /// nullopt: nowhere on the board.
  void point(std::optional<Point> at);
  void undo();
  void clear();
  /// Loses the connection on purpose and lets none through for so long.
  void cut_network(std::uint32_t pause_ms);

 private:
  using Stream = cortado::BidirectionalStream<wire::Action, wire::Event>;

  cortado::Task<cortado::Error> run_until_end();
  cortado::Task<cortado::Error> take_part();
  cortado::Task<void> tell(Stream& board);
  cortado::Task<void> watch_connection();
  void hear(wire::Event::Reader event);
  [[nodiscard]] bool is_connected() const;

  template <class Answer>
  cortado::Task<void> report(cortado::Task<Answer> request);
  void begin(cortado::Task<void> request);

  void picture_changed();

  cortado::EventLoop& loop_;
  std::string url_;
  Person me_;
  std::uint64_t key_;
  Picture picture_;
  std::string complaint_;
  std::optional<cortado::Error> end_;
  bool is_introduced_ = false;
  bool is_cursor_told_ = true;
  cortado::WaitList changed_;
  cortado::WaitList has_news_;  // for the server
  std::optional<cortado::Client> client_;
  // Undo and clear under way; they end before the client does.
  std::vector<cortado::Task<void>> requests_;
};

}  // namespace board
