int mio_wine_main(void);

int main(void) { return mio_wine_main(); }
