// AFDSelector will be here: readiness over Windows' completion ports, and named pipes. Until then the
// module is empty, and there to be named in a manifest.
