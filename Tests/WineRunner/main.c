// Where a program under Wine begins: what Swift calls it is a matter of the build.
int MIO_WINE_ENTRY(int count, char **arguments);

// Of Swift's runtime, which else reads the command line of the process: Wine's own.
void _swift_stdlib_overrideUnsafeArgvArgc(const char **arguments, int count);

int main(int count, char **arguments) {
  _swift_stdlib_overrideUnsafeArgvArgc((const char **)arguments, count);
  return MIO_WINE_ENTRY(count, arguments);
}
