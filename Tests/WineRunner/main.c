// The entry point of a program under Wine. The name that Swift gives it depends on the build.
int MIO_WINE_ENTRY(int count, char **arguments);

// A function of Swift's runtime. Without it, the runtime reads the command line of the process,
// which is Wine's own.
void _swift_stdlib_overrideUnsafeArgvArgc(const char **arguments, int count);

int main(int count, char **arguments) {
  _swift_stdlib_overrideUnsafeArgvArgc((const char **)arguments, count);
  return MIO_WINE_ENTRY(count, arguments);
}
