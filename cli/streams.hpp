#pragma once

#include <ostream>
#include <string>
#include <string_view>

namespace statewright::cli {

/// What a colour stands for. The words say the same without it.
enum class Ink { good, bad, doubtful, heading, quiet };

/// What the streams are connected to.
struct Terminals {
  bool out = false, err = false;  ///< is it a terminal?
  std::size_t width = 80;         ///< columns of help texts
};

/// The two streams of a command: the product goes to `out`, everything else to `err`. A command
/// gets them as an argument, so that tests can run it in their own process.
class Streams {
 public:
  Streams(std::ostream& out, std::ostream& err, Terminals terminals = {});

  /// "auto", "always" or "never". `auto` is: a terminal, NO_COLOR unset or empty, TERM not "dumb".
  void set_color(std::string_view mode);

  std::ostream& out() { return out_; }
  /// Flushes the product first, so that both read in order where they share a terminal or a file.
  std::ostream& err();

  /// `text` in colour where that stream wants colour, else unchanged.
  std::string on_out(Ink ink, std::string_view text) const { return paint(out_color_, ink, text); }
  std::string on_err(Ink ink, std::string_view text) const { return paint(err_color_, ink, text); }

  void note(std::string_view text);  ///< "note: ..." on err
  void hint(std::string_view text);  ///< "hint: ..." on err

  bool err_is_terminal() const noexcept { return terminals_.err; }
  std::size_t width() const noexcept { return terminals_.width; }

  /// Flushes. Errors: Error{io} if something could not be written, for example on a full disk.
  void finish();

 private:
  static std::string paint(bool on, Ink ink, std::string_view text);

  std::ostream& out_;
  std::ostream& err_;
  Terminals terminals_;
  bool out_color_ = false, err_color_ = false;
};

/// The process's own streams: std::cout, std::cerr, and what the system says about them.
Streams standard_streams();

}  // namespace statewright::cli
